"""A condition is a value, made of a text once."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given

from domain.conditions.condition import Condition
from domain.conditions.kind import Kind, kind_of, kinds_of
from domain.conditions.piece import Piece
from domain.conditions.undecided import ConditionUndecided
from domain.errors import InvalidSweep, SweepError
from domain.space.scalars import Json, Scalar
from tests.fakes.conditions import KINDS, Rendered, conditions


@given(conditions)
def test_a_text_is_one_condition(condition: Rendered) -> None:
    """It is equal to, and hashes as, another one of the same text, and survives pickling."""
    try:
        first, second = (Condition.parse(condition.ours, KINDS) for _ in range(2))
    except InvalidSweep:
        return
    assert first.text == condition.ours
    assert len({first, second, pickle.loads(pickle.dumps(first))}) == 1  # noqa: S301 - our own bytes


def test_the_names_are_the_parameters_that_are_used() -> None:
    """They come in the order of their first appearance, without constants."""
    condition = Condition.parse("y < x and y < g", {"x": KINDS["x"], "n": KINDS["n"], "y": KINDS["y"]}, {"g": 9.81})
    assert condition.names == ("y", "x")
    assert condition.test(("x", "n", "y"))((2, None, 1))


@pytest.mark.parametrize(
    ("constant", "text", "message"),
    [
        pytest.param([1], "x < c", "'c' is a list or a mapping", id="a list"),
        pytest.param({"a": 1}, "x < c", "'c' is a list or a mapping", id="a mapping"),
        pytest.param(0, "x / c < 1", "'x / c' divides by zero", id="zero"),
        pytest.param("a", "x < c", "'x < c' compares a number with text", id="a text"),
    ],
)
def test_a_constant_is_checked_once(constant: Json, text: str, message: str) -> None:
    """What a constant makes impossible at every point is refused."""
    with pytest.raises(InvalidSweep, match=message):
        Condition.parse(text, KINDS, {"c": constant})


def test_a_constant_can_stand_in_a_list() -> None:
    """It is the same at every point."""
    condition = Condition.parse("x in [c, c + 1]", KINDS, {"c": 4})
    assert [number for number in range(9) if condition.holds({"x": number})] == [4, 5]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(1, Kind.NUMBER, id="integer"),
        pytest.param(1.0, Kind.NUMBER, id="float"),
        pytest.param("1", Kind.TEXT, id="text"),
        pytest.param(True, Kind.BOOLEAN, id="boolean"),
        pytest.param(None, Kind.NOTHING, id="null"),
    ],
)
def test_a_scalar_has_one_kind(value: Scalar, kind: Kind) -> None:
    """A boolean is no number."""
    assert kind_of(value) is kind
    assert kinds_of(value) == {kind}


def test_an_undecided_condition_is_an_error_of_ours() -> None:
    """It crosses processes, as a point's error does."""
    raised = ConditionUndecided.at(Piece("x / n < 1", 0, 5), "divides by zero")
    error = pickle.loads(pickle.dumps(raised))  # noqa: S301 - our own bytes
    assert isinstance(error, SweepError)
    assert str(error) == "where: at character 1, 'x / n' divides by zero"
