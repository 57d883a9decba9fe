"""JSON as the standard has it, and no other exception than ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.strict_json import read_json
from domain.errors import MalformedSweep
from tests.fakes.documents import anything


def _complaint(text: str) -> str | None:
    try:
        read_json(text)
    except MalformedSweep as error:
        return str(error)
    return None


@given(anything)
def test_what_was_written_reads_back(document: object) -> None:
    """Any document, but those with NaN and endless integers are refused."""
    complaint = _complaint(json.dumps(document))
    if complaint is None:
        assert read_json(json.dumps(document)) == document
    else:
        assert "NaN" in complaint or "Infinity" in complaint or "digits" in complaint


@settings(max_examples=300)
@given(st.text(st.sampled_from('[]{}",:0123456789.eE+-truefalsn\\u \n\ud800'), max_size=30) | st.text())
def test_any_text_is_json_or_is_refused(text: str) -> None:
    """No other exception comes out, and what passes is JSON to Python too."""
    if _complaint(text) is None:
        json.loads(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a": 1,}', "line 1, column 9: is not JSON: no comma may stand before this bracket"),
        ("[1,\n 2,\n ]", "line 3, column 2: is not JSON: no comma may stand before this bracket"),
        ("[1,}", "line 1, column 4: is not JSON: no comma may stand before this bracket"),
        ("[1,\n 2,\n x]", "line 3, column 2: is not JSON: a value is expected here"),
        ("", "line 1, column 1: is not JSON: a value is expected here"),
        ("[,]", "line 1, column 2: is not JSON: a value is expected here"),
        ("{1: 2}", "line 1, column 2: is not JSON: a name in double quotes is expected here"),
        ('{"a" 1}', "line 1, column 6: is not JSON: a colon is expected here"),
        ('{"a": 1', "line 1, column 8: is not JSON: a comma or the end is expected here"),
        ("{} {}", "line 1, column 4: is not JSON: nothing more is expected here"),
        ('["a', "line 1, column 2: is not JSON: the text that begins here has no end"),
        ('["a\n"]', "line 1, column 4: is not JSON: a control character in a text must be escaped"),
        ('["\\x"]', "line 1, column 3: is not JSON: a text has no such escape"),
        ('["\\u12"]', "line 1, column 4: is not JSON: four hexadecimal digits are expected here"),
        ("\ufeff{}", "line 1, column 1: is not JSON: a value is expected here, not a byte order mark"),
        ('{"a": {"b": 1, "b": 1}}', "a key stands twice in one object"),
        ("[NaN]", "NaN is not JSON; numbers are finite"),
        ("-Infinity", "-Infinity is not JSON; numbers are finite"),
        ("[1e999]", "finite"),
        ("1" * 5000, "more digits than any number here needs"),
        ("[" * 65, "is nested too deeply"),
        ("[" * 100_000, "is nested too deeply"),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_what_is_not_json_is_refused(text: str, complaint: str) -> None:
    """With line and column where there is a place, and in the same words with every Python."""
    with pytest.raises(MalformedSweep) as caught:
        read_json(text)
    assert complaint in str(caught.value)


def test_brackets_in_a_text_do_not_nest() -> None:
    """Nor does one that is closed again; 64 levels are allowed."""
    document = [["[" * 100, '"{' * 100]] * 100
    assert read_json(json.dumps(document)) == document
    assert read_json("[" * 64 + "]" * 64)
