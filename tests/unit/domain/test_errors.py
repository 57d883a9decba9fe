"""Errors."""

from __future__ import annotations

import pickle

import pytest

from domain.errors import InvalidSweep, MalformedSweep, Problem, SweepError, SweepNotFound, located


def test_problems_are_located_from_the_inside_out() -> None:
    """Each layer puts its own part in front of the path, and the kind of error stays."""
    with pytest.raises(MalformedSweep) as raised, located("parameters"), located("a"):
        raise MalformedSweep(Problem("num", "is bad"), Problem("", "is worse"))
    assert str(raised.value) == "parameters.a.num: is bad; parameters.a: is worse"


def test_a_problem_without_a_place_is_its_message() -> None:
    """No colon stands before it."""
    assert str(InvalidSweep.at("", "is too large")) == "is too large"


@pytest.mark.parametrize("error", [InvalidSweep.at("a", "b"), MalformedSweep.at("", "b"), SweepNotFound("x-1")])
def test_errors_cross_process_boundaries(error: SweepError) -> None:
    """Pickled and read back, an error says and holds the same."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
