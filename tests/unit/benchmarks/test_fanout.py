"""The laws of the fan-out's simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fanout.events import Loop
from benchmarks.fanout.inputs import Inputs, LambdaInputs, SenderInputs
from benchmarks.fanout.sender import Sender
from benchmarks.fanout.simulation import fan_out, scaling_limit

pytestmark = pytest.mark.one_python

SENDERS = st.builds(
    SenderInputs,
    per_event=st.sampled_from([20e-6, 1e-3]),
    round_trip=st.sampled_from([0.0, 0.02, 1.0]),
    connections=st.integers(1, 40),
    first_connections=st.integers(1, 8),
    events_a_connection=st.integers(1, 4),
    block=st.integers(1, 50),
    calls_at_once=st.integers(0, 3),
)
PLATFORMS = st.builds(
    LambdaInputs,
    burst=st.integers(1, 30),
    refill=st.sampled_from([1.0, 7.5]),
    account=st.integers(3, 40),
    dispatchers=st.integers(0, 2),
    queue=st.sampled_from([0.0, 0.05]),
    worker=st.sampled_from([0.0, 0.3, 20.0]),
)
SWEEPS = st.builds(
    Inputs,
    shards=st.integers(1, 300),
    direct=st.integers(1, 200),
    span=st.integers(20, 200),
    sender=SENDERS,
    platform=PLATFORMS,
)
ALONE = Inputs(1, platform=LambdaInputs(queue=0.0, worker_cold=0.0))


@given(SWEEPS)
def test_every_shard_is_accepted_once_and_started_once(inputs: Inputs) -> None:
    """Nothing is lost or made, by one level or by two."""
    course = fan_out(inputs)
    assert len(course.accepted) == len(course.starts) == inputs.shards


@given(SWEEPS)
def test_no_worker_starts_before_its_shard_was_accepted(inputs: Inputs) -> None:
    """Events start in the order of their acceptance, each after it was in the queue."""
    course = fan_out(inputs)
    waits = [start - at for at, start in zip(course.accepted, sorted(course.starts), strict=True)]
    assert min(waits) >= inputs.platform.queue - 1e-9


@given(SWEEPS)
def test_the_account_limit_holds(inputs: Inputs) -> None:
    """At no time do more workers run than there are places for."""
    platform, starts = inputs.platform, fan_out(inputs).starts
    # Of an end and a start at the same time the end comes first.
    changes = sorted([*((start, 1) for start in starts), *((start + platform.worker, -1) for start in starts)])
    running = most = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    assert most <= platform.account - platform.dispatchers


@given(SWEEPS)
def test_new_environments_keep_to_the_burst_and_its_refill(inputs: Inputs) -> None:
    """The n-th start in an environment of its own is no earlier than the rule allows: here no worker ever ends."""
    platform = replace(inputs.platform, worker=1e6, account=10_000)
    starts = sorted(fan_out(replace(inputs, platform=platform)).starts)
    for number, start in enumerate(starts, 1):
        assert number <= platform.burst + platform.refill * (start - platform.worker_cold) + 1e-6


@given(SWEEPS)
def test_no_fan_out_is_faster_than_the_scaling_limit(inputs: Inputs) -> None:
    """The limit is that of the platform alone, where each shard needs an environment of its own.

    Where some are used again, shards that come later may find free ones, for which the limit has started new ones.
    """
    lasting = replace(inputs, platform=replace(inputs.platform, worker=1e6, account=10_000))
    assert max(fan_out(lasting).starts) >= scaling_limit(lasting) - 1e-9


@pytest.mark.parametrize(
    ("shards", "account", "worker", "seconds"),
    [(1000, 10_000, 30.0, 0.0), (1500, 10_000, 30.0, 5.0), (3000, 1000, 30.0, 60.0), (4000, 10_000, 20.0, 20.0)],
    ids=["the burst", "half of its refill", "the account's limit", "first environments that are free again"],
)
def test_the_scaling_limit_is_what_the_rule_says(shards: int, account: int, worker: float, seconds: float) -> None:
    """1,000 at once, 100 more in a second, and warm environments again."""
    platform = replace(ALONE.platform, account=account, worker=worker)
    assert scaling_limit(replace(ALONE, shards=shards, platform=platform)) == pytest.approx(seconds)


@pytest.mark.parametrize(("shards", "dispatchers"), [(4096, 0), (4097, 2), (12_288, 3)])
def test_dispatchers_take_over_above_the_threshold(shards: int, dispatchers: int) -> None:
    """One for each span that is begun."""
    assert fan_out(replace(ALONE, shards=shards)).dispatchers == dispatchers


def seconds(events: int, change: Callable[[SenderInputs], SenderInputs]) -> float:
    """Return when a sender that calls no ledger has the last answer."""
    loop, answers = Loop(), list[float]()
    inputs = change(SenderInputs(per_connection=0.0, ledger_call=0.0, first_connections=384))
    Sender(loop, inputs, events, lambda: answers.append(loop.now), lambda: None).start()
    loop.run()
    assert answers == sorted(answers)
    return answers[-1]


def test_a_sender_is_bound_by_its_processor_or_by_its_connections() -> None:
    """Each event takes its time of the thread; no more events are in flight than there are connections."""
    assert seconds(1000, lambda inputs: replace(inputs, per_event=0.001)) == pytest.approx(1.020)
    assert seconds(1000, lambda inputs: replace(inputs, per_event=0.001, processor=0.5)) == pytest.approx(2.020)
    assert seconds(1000, lambda inputs: replace(inputs, per_event=0.0, connections=10)) == pytest.approx(2.0)


def test_calls_of_the_ledger_beside_the_sending_cost_it_no_time() -> None:
    """In its thread each block of 128 costs three calls."""
    alone, beside = (
        seconds(12_800, lambda inputs, calls=calls: replace(inputs, ledger_call=0.005, calls_at_once=calls))  # type: ignore[misc]  # mypy infers no type of a lambda's default
        for calls in (0, 4)
    )
    assert alone - beside == pytest.approx(100 * 0.015, rel=0.05)


def test_what_is_due_at_the_same_time_happens_in_order() -> None:
    """So a simulation is the same each time."""
    loop, seen = Loop(), list[tuple[float, int]]()
    for number, after in enumerate((2.0, 1.0, 1.0, 3.0)):
        loop.after(after, lambda number=number: seen.append((loop.now, number)))  # type: ignore[misc]  # mypy infers no type of a lambda's default
    loop.run()
    assert seen == [(1.0, 1), (1.0, 2), (2.0, 0), (3.0, 3)]
    assert all(first <= second for first, second in pairwise(seen))
