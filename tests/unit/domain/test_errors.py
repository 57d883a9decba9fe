"""Messages, paths and pickling of errors."""

from __future__ import annotations

import pickle

import pytest

from domain.errors import InvalidSweep, MalformedSweep, Problem, SweepError, SweepNotFound, located


def test_located_prefixes_the_path_of_each_problem() -> None:
    """Each `located` puts its part before the path, and the error keeps its type."""
    with pytest.raises(MalformedSweep) as raised, located("parameters"), located("a"):
        raise MalformedSweep(Problem("num", "is bad"), Problem("", "is worse"))
    assert str(raised.value) == "parameters.a.num: is bad; parameters.a: is worse"


def test_a_problem_without_a_path_prints_only_its_message() -> None:
    """No colon precedes it."""
    assert str(InvalidSweep.at("", "is too large")) == "is too large"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(InvalidSweep.at("a", "b"), id="InvalidSweep"),
        pytest.param(MalformedSweep.at("", "b"), id="MalformedSweep"),
        pytest.param(SweepNotFound("x-1"), id="SweepNotFound"),
    ],
)
def test_errors_cross_process_boundaries(error: SweepError) -> None:
    """An error that is pickled and unpickled has the same type, message and attributes."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
