"""Scalars and JSON values."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidSweep
from domain.space.scalars import DEEPEST, Json, check_json
from tests.fakes.spaces import scalars, texts

documents: st.SearchStrategy[Json] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@given(documents)
def test_what_passes_is_strict_json_in_utf_8(value: Json) -> None:
    """A value that is let through can be written as UTF-8 and read back the same."""
    check_json("x", value)
    assert json.loads(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) == value


def nested(depth: int) -> Json:
    """Return a list in a list, so many deep."""
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (math.nan, "x"),
        ([1, math.inf], "x.1"),
        ({"a": [-math.inf]}, "x.a.0"),
        (2**63, "x"),
        (-(2**63) - 1, "x"),
        (10**4000, "x"),
        ("\ud800", "x"),
        ({"\ud800": 1}, "x"),
        (nested(DEEPEST + 1), "x" + ".0" * (DEEPEST + 1)),
    ],
)
def test_what_json_cannot_carry_is_refused_by_place(value: Json, path: str) -> None:
    """Non-finite numbers, integers beyond 64 bits, half surrogate pairs and deep nesting are named."""
    with pytest.raises(InvalidSweep) as raised:
        check_json("x", value)
    assert raised.value.problems[0].path == path


def test_the_deepest_value_is_let_through() -> None:
    """The limit itself is allowed."""
    check_json("x", nested(DEEPEST))
