"""Waits, verdicts and limits of a dispatch policy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dispatch import OutcomeKind
from domain.dispatch_policy import FINAL, DispatchPolicy, Verdict, no_deadline
from domain.errors import InvalidSweep
from domain.spans import SPAN_SHARDS

policies = st.builds(
    DispatchPolicy,
    concurrency=st.integers(1, 1000),
    attempts=st.integers(1, 20),
    backoff_base=st.just(0.0) | st.floats(0.001, 1),
    backoff_cap=st.floats(1, 60),
    reserve=st.floats(0, 30),
)


@given(policies, st.integers(1, 10_000))
def test_waits_double_up_to_the_cap(policy: DispatchPolicy, failures: int) -> None:
    """The longest wait doubles with each failure and never exceeds the cap."""
    wait = policy.longest_wait(failures)
    assert 0 <= wait <= policy.backoff_cap
    assert policy.longest_wait(failures + 1) == pytest.approx(min(2 * wait, policy.backoff_cap))


@given(policies, st.floats(0, 1000))
def test_no_attempt_begins_within_the_reserve(policy: DispatchPolicy, remaining: float) -> None:
    """An attempt may begin only while more seconds remain than the reserve."""
    assert policy.has_time(remaining) == (remaining > policy.reserve)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("concurrency", 0),
        ("attempts", 0),
        ("backoff_base", -1.0),
        ("backoff_base", 6.0),
        ("reserve", -0.1),
        ("direct_shards", 0),
    ],
)
def test_an_impossible_policy_is_refused(field: str, value: float) -> None:
    """A policy must allow an attempt, and neither wait a negative time nor longer than its cap."""
    with pytest.raises(InvalidSweep) as refusal:
        DispatchPolicy(**{field: value})  # type: ignore[arg-type]  # the fields differ in type
    assert [problem.path for problem in refusal.value.problems] == [field]


def test_every_verdict_has_an_outcome() -> None:
    """Every verdict on the last attempt maps to an outcome, and only `UNKNOWN` maps to unknown."""
    assert set(FINAL) == set(Verdict)
    assert [verdict for verdict, kind in FINAL.items() if kind is OutcomeKind.UNKNOWN] == [Verdict.UNKNOWN]


def test_a_call_without_a_deadline_has_all_the_time() -> None:
    """More seconds are left than any policy keeps in reserve."""
    assert no_deadline() == math.inf


def test_more_shards_than_a_span_go_out_by_dispatchers() -> None:
    """The parent sends as many shards itself as one dispatcher takes over, or as many as it is told."""
    assert (DispatchPolicy().is_direct(SPAN_SHARDS), DispatchPolicy().is_direct(SPAN_SHARDS + 1)) == (True, False)
    assert (DispatchPolicy(direct_shards=3).is_direct(3), DispatchPolicy(direct_shards=3).is_direct(4)) == (True, False)
