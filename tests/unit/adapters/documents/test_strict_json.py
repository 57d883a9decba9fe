"""Strict JSON: any text is read as the standard says, or refused with `MalformedSweep`."""

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
def test_a_written_document_reads_back(document: object) -> None:
    """Any document reads back equal, but one with NaN, an infinity or a very long integer is refused."""
    complaint = _complaint(json.dumps(document))
    if complaint is None:
        assert read_json(json.dumps(document)) == document
    else:
        assert "NaN" in complaint or "Infinity" in complaint or "digits" in complaint


@settings(max_examples=300)
@given(st.text(st.sampled_from('[]{}",:0123456789.eE+-truefalsn\\u \n\ud800'), max_size=30) | st.text())
def test_any_text_is_json_or_is_refused(text: str) -> None:
    """`read_json` raises nothing but `MalformedSweep`, and Python's json accepts all that it accepts."""
    if _complaint(text) is None:
        json.loads(text)


_REFUSED: dict[str, tuple[str, str]] = {
    "comma at the end of an object": (
        '{"a": 1,}',
        "line 1, column 9: is not JSON: no comma may stand before this bracket",
    ),
    "comma at the end of a list": (
        "[1,\n 2,\n ]",
        "line 3, column 2: is not JSON: no comma may stand before this bracket",
    ),
    "comma before a wrong bracket": ("[1,}", "line 1, column 4: is not JSON: no comma may stand before this bracket"),
    "bare word": ("[1,\n 2,\n x]", "line 3, column 2: is not JSON: a value is expected here"),
    "empty text": ("", "line 1, column 1: is not JSON: a value is expected here"),
    "comma without a value": ("[,]", "line 1, column 2: is not JSON: a value is expected here"),
    "name of a number": ("{1: 2}", "line 1, column 2: is not JSON: a name in double quotes is expected here"),
    "no colon": ('{"a" 1}', "line 1, column 6: is not JSON: a colon is expected here"),
    "unclosed object": ('{"a": 1', "line 1, column 8: is not JSON: a comma or the end is expected here"),
    "two values": ("{} {}", "line 1, column 4: is not JSON: nothing more is expected here"),
    "unclosed text": ('["a', "line 1, column 2: is not JSON: the text that begins here has no end"),
    "line break in a text": ('["a\n"]', "line 1, column 4: is not JSON: a control character in a text must be escaped"),
    "unknown escape": ('["\\x"]', "line 1, column 3: is not JSON: a text has no such escape"),
    "short escape": ('["\\u12"]', "line 1, column 4: is not JSON: four hexadecimal digits are expected here"),
    "byte order mark": ("\ufeff{}", "line 1, column 1: is not JSON: a value is expected here, not a byte order mark"),
    "key twice": ('{"a": {"b": 1, "b": 1}}', "a key stands twice in one object"),
    "NaN": ("[NaN]", "NaN is not JSON; numbers are finite"),
    "infinity": ("-Infinity", "-Infinity is not JSON; numbers are finite"),
    "float above the largest": ("[1e999]", "finite"),
    "5000 digits": ("1" * 5000, "more digits than any number here needs"),
    "65 levels": ("[" * 65, "is nested too deeply"),
    "100,000 levels": ("[" * 100_000, "is nested too deeply"),
}


@pytest.mark.parametrize(("text", "complaint"), _REFUSED.values(), ids=_REFUSED)
def test_text_that_is_not_json_is_refused(text: str, complaint: str) -> None:
    """The message is the same in every version of Python, and names line and column of a syntax error."""
    with pytest.raises(MalformedSweep) as caught:
        read_json(text)
    assert complaint in str(caught.value)


def test_only_open_brackets_outside_texts_count_as_depth() -> None:
    """Brackets in a text and closed brackets do not count. A depth of 64 is accepted."""
    document = [["[" * 100, '"{' * 100]] * 100
    assert read_json(json.dumps(document)) == document
    assert read_json("[" * 64 + "]" * 64)
