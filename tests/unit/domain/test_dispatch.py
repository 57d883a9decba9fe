"""Outcomes and their sums: a reason unless accepted, and codes that other versions wrote."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.plan import Shard
from domain.reasons import Reason
from tests.fakes.shard_invoker import REASONS


@pytest.mark.parametrize(
    ("kind", "reason", "message"),
    [
        pytest.param(OutcomeKind.ACCEPTED, Reason.THROTTLED, "accepted has no reason", id="accepted with a reason"),
        pytest.param(OutcomeKind.REJECTED, None, "rejected has a reason", id="rejected without a reason"),
        pytest.param(OutcomeKind.UNKNOWN, None, "unknown has a reason", id="unknown without a reason"),
    ],
)
def test_an_outcome_has_a_reason_unless_it_is_accepted(kind: OutcomeKind, reason: Reason | None, message: str) -> None:
    """Any other combination cannot exist."""
    with pytest.raises(ValueError, match=message):
        Outcome(0, kind, reason)


def test_an_outcome_is_of_a_shard_in_its_generation() -> None:
    """The generation of the shard is that of its outcome."""
    outcome = Outcome.of(Shard(7, 0, 3, 2), OutcomeKind.EXHAUSTED, Reason.THROTTLED, 6)
    assert outcome == Outcome(7, OutcomeKind.EXHAUSTED, Reason.THROTTLED, attempts=6, generation=2)


def test_every_reason_is_read_back_and_an_unknown_code_is_other() -> None:
    """A ledger may hold codes that another version wrote; reading them must not fail."""
    assert [Reason.read(reason.value) for reason in Reason] == list(Reason)
    assert Reason.read("ENILimitReachedException") is Reason.OTHER


def test_every_kind_is_read_back_and_an_unknown_code_is_unknown() -> None:
    """What another version calls otherwise may run: to dispatch it again is safe, and to forget it is not."""
    assert [OutcomeKind.read(kind.value) for kind in OutcomeKind] == list(OutcomeKind)
    assert OutcomeKind.read("sent-by-pigeon") is OutcomeKind.UNKNOWN


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(OutcomeKind)))
def test_every_shard_is_in_the_tally_once(kinds: dict[int, OutcomeKind]) -> None:
    """The counts of all kinds and of the waiting shards add up to the number of shards."""
    tally = Tally.of(10, ((kind, REASONS.get(kind), 1) for kind in kinds.values()))
    counts = (tally.accepted, tally.rejected, tally.exhausted, tally.unknown, tally.deferred, tally.waiting)
    assert sum(counts) == tally.shards == 10
    assert tally.waiting == 10 - len(kinds)
    assert tally.may_run == sum(kind.may_run for kind in kinds.values())


@given(st.lists(st.tuples(st.sampled_from(OutcomeKind), st.integers(0, 3))))
def test_the_tally_counts_the_reasons(counts: list[tuple[OutcomeKind, int]]) -> None:
    """It has the shards of each reason, sorted by code, and no reason without a shard."""
    tally = Tally.of(1000, ((kind, REASONS.get(kind), count) for kind, count in counts))
    expected = Counter(REASONS[kind] for kind, count in counts for _ in range(count) if kind in REASONS)
    assert list(tally.reasons.items()) == sorted(expected.items())
