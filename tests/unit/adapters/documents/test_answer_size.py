"""The size of an answer: JSON within JSON, of which a list is cut to what fits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.answer_size import LARGEST_DOCUMENT, SEPARATORS, check_size, cut, fitting, weight
from domain.errors import InvalidSweep
from domain.space.scalars import Json

_texts = st.text(st.characters(), max_size=5) | st.sampled_from(["\x00", "\U0001f600", '"', "\\", "\ud800"])
_entries = st.lists(st.dictionaries(_texts, _texts | st.integers() | st.lists(_texts, max_size=2), max_size=3))


def _characters(document: Json) -> int:
    """Return how many characters a document has as the body of a Lambda's answer."""
    return len(json.dumps(json.dumps(document, separators=SEPARATORS)))


@given(_entries)
def test_a_list_is_no_longer_than_its_entries_weigh(entries: list[Json]) -> None:
    """The weights of the entries bound the length of the list, whatever has to be escaped in it, twice."""
    brackets = _characters([])
    assert _characters(entries) <= sum(map(weight, entries)) + brackets


@given(_entries, st.integers(0, 200))
def test_a_list_keeps_the_first_entries_that_fit(entries: list[Json], largest: int) -> None:
    """What is kept is a beginning of the list, and the next entry would be too much."""
    kept = fitting(entries, largest)
    assert kept == entries[: len(kept)]
    assert sum(map(weight, kept)) <= largest
    assert len(kept) == len(entries) or sum(map(weight, entries[: len(kept) + 1])) > largest


def test_a_document_that_no_answer_holds_is_refused_with_both_sizes() -> None:
    """The largest that fits is returned; with one character more the caller reads how much is too much."""
    largest = "x" * (LARGEST_DOCUMENT - weight(""))
    check_size(largest)
    with pytest.raises(InvalidSweep, match=r"takes 5,500,001 characters of an answer, which holds 5,500,000"):
        check_size(largest + "x")


@given(st.text(max_size=30), st.integers(1, 20))
def test_a_long_text_is_cut_to_its_beginning(text: str, longest: int) -> None:
    """A text that is not longer stays as it is; another one ends in three dots."""
    if len(text) <= longest:
        assert cut(text, longest) == text
    else:
        assert cut(text, longest) == text[:longest] + "..."
