"""A check-up: each check reports, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator

from application.check_up import Finding, Verdict, check_up
from domain.errors import DependencyUnavailable, InvalidSweep

FINE = Finding("first", Verdict.OK, "is there")


def _fine() -> Iterator[Finding]:
    yield FINE


def _lost() -> Iterator[Finding]:
    raise DependencyUnavailable("does not answer")


def _wrong() -> Iterator[Finding]:
    yield FINE
    raise InvalidSweep.at("--stack", "is no stack")


def test_a_check_that_raises_has_failed_and_the_rest_go_on() -> None:
    """Its finding has the error's message, after what the check had found before."""
    found = list(check_up({"lost": _lost, "wrong": _wrong, "first": _fine}))
    assert found == [
        Finding("lost", Verdict.FAILED, "does not answer"),
        FINE,
        Finding("wrong", Verdict.FAILED, "is no stack"),
        FINE,
    ]
