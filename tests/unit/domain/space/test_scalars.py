"""What `check_json` accepts and refuses."""

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
def test_an_accepted_value_is_strict_json_in_utf_8(value: Json) -> None:
    """An accepted value can be written as UTF-8 and read back unchanged."""
    check_json("x", value)
    assert json.loads(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) == value


def nested(depth: int) -> Json:
    """Return lists nested to this depth."""
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param(math.nan, "x", id="NaN"),
        pytest.param([1, math.inf], "x.1", id="infinity in a list"),
        pytest.param({"a": [-math.inf]}, "x.a.0", id="infinity in a dict"),
        pytest.param(2**63, "x", id="above 64 bits"),
        pytest.param(-(2**63) - 1, "x", id="below 64 bits"),
        pytest.param(10**4000, "x", id="4001 digits"),
        pytest.param("\ud800", "x", id="a lone surrogate"),
        pytest.param({"\ud800": 1}, "x", id="a lone surrogate as a key"),
        pytest.param(nested(DEEPEST + 1), "x" + ".0" * (DEEPEST + 1), id="nested too deep"),
    ],
)
def test_a_value_that_json_cannot_hold_is_refused(value: Json, path: str) -> None:
    """Non-finite numbers, integers beyond 64 bits, lone surrogates and deep nesting: the error names the path."""
    with pytest.raises(InvalidSweep) as raised:
        check_json("x", value)
    assert raised.value.problems[0].path == path


def test_a_value_of_the_greatest_depth_is_accepted() -> None:
    """The limit itself is accepted."""
    check_json("x", nested(DEEPEST))
