"""A point that is evaluated by hand gets the keywords of its line, and what becomes of it is told whole."""

from __future__ import annotations

import traceback

import pytest

from application.evaluate_point import EvaluatePoint, Evaluation
from application.ports.target_loader import Target
from domain.errors import InvalidSweep, TargetUnavailable
from domain.request import SweepRequest
from tests.fakes.forks import HasLeft, NoForks
from tests.fakes.sweeps import sweep_of
from tests.fakes.target_loader import KnownTargets

REQUEST = sweep_of(6, 2, {"list": [1]}).request


def evaluated(target: Target, index: int = 4) -> Evaluation:
    """Return what becomes of a point; two looks at the watch are 1.5 seconds apart."""
    moments = iter([10.0, 11.5])
    return EvaluatePoint(KnownTargets(f=target), NoForks(), lambda: next(moments))(REQUEST, index)


def test_the_value_is_told_as_it_would_be_stored() -> None:
    """Keywords are the constants and the point; the request's constants stay as they are."""

    def target(**keywords: object) -> object:
        assert isinstance(keywords["list"], list)
        keywords["list"].append(2)
        return (float("nan"), *keywords)

    found = evaluated(target)
    assert (found.index, found.seconds, found.error) == (4, 1.5, None)
    assert found.value == '["NaN","list","x"]'
    assert REQUEST.constants == {"list": [1]}
    assert found.keywords["x"] == 4


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3)])
def test_an_exception_is_told_with_its_traceback(error: BaseException) -> None:
    """So is an exit of the program, which a point must not cause."""

    def target(**_: object) -> object:
        raise error

    found = evaluated(target)
    assert (found.value, found.error, found.seconds) == (None, error, 1.5)
    assert traceback.extract_tb(error.__traceback__)[-1].name == "target"


def test_a_value_that_cannot_be_stored_is_an_error() -> None:
    """The message says what to return instead."""
    found = evaluated(lambda **_: {1, 2})
    assert found.value is None
    assert "return a list" in str(found.error)


def test_ctrl_c_ends_the_command() -> None:
    """An interrupt is no result of the point."""

    def target(**_: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluated(target)


def test_a_process_that_the_target_forked_shows_nothing() -> None:
    """It ends where the target returns in it."""
    forks = NoForks()

    def target(**_: object) -> object:
        forks.is_fork = True
        return 1

    with pytest.raises(HasLeft):
        EvaluatePoint(KnownTargets(f=target), forks, lambda: 0.0)(REQUEST, 0)


def test_a_target_that_is_not_here_is_refused() -> None:
    """So is a request that names none."""
    evaluate = EvaluatePoint(KnownTargets(), NoForks(), lambda: 0.0)
    with pytest.raises(TargetUnavailable):
        evaluate(REQUEST, 0)
    with pytest.raises(InvalidSweep, match="target: is missing"):
        evaluate(SweepRequest("lab", None, REQUEST.design), 0)
