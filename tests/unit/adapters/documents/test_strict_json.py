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
        ('{"a": 1,}', "line 1, column 9: is not JSON: "),
        ("[1,\n 2,\n x]", "line 3, column 2: is not JSON: "),
        ("", "line 1, column 1: is not JSON: "),
        ('{"a": {"b": 1, "b": 1}}', "a key stands twice in one object"),
        ("[NaN]", "NaN is not JSON; numbers are finite"),
        ("-Infinity", "-Infinity is not JSON; numbers are finite"),
        ("[1e999]", "finite"),
        ("1" * 5000, "more digits than any number here needs"),
        ("[" * 100_000, "is nested too deeply"),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_what_python_lets_pass_is_refused(text: str, complaint: str) -> None:
    """With line and column where there is a place."""
    with pytest.raises(MalformedSweep) as caught:
        read_json(text)
    assert complaint in str(caught.value)
