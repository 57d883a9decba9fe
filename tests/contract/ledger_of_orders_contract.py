"""The law of every `Ledger` about the order in which ends arrive."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.ledger import Ledger
from domain.block import Block
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed
from tests.contract.ledger_readings import accepted, block_in, dispatch, ends_in, mark
from tests.fakes.sweeps import make_sweep

# An example calls the ledger about twenty times, which takes some backends milliseconds each.
_MOST_EXAMPLES = 15
_ALL = 0b111111
_OUTSIDE = 6  # a sweep of six shards does not have it


@dataclass(frozen=True, slots=True)
class _Course:
    """Ends in an order, with repetitions; between two of them comes the record of a dispatch of all shards."""

    ends: tuple[ShardEnd, ...]
    dispatched_after: int
    generation: int

    def sum(self) -> tuple[Block, list[ShardEnd]]:
        """Return the block and the details that these ends add up to, by a walk in the order of the generations."""
        block = Block(0, {accepted(self.generation): _ALL})
        last: dict[tuple[int, bool], ShardEnd] = {}
        for end in sorted(self.ends, key=lambda end: end.generation):
            block = block.ended(end)
            if isinstance(end, ShardFailed) or end.errors:
                last[end.number, isinstance(end, ShardFailed)] = end
        return block, [last[key] for key in sorted(last) if key[0] != _OUTSIDE]


def _end(kind: str, shard: int, generation: int) -> ShardEnd:
    """Return an end with details that tell it from every other."""
    text = f"{kind} {generation}"
    if kind == "failed":
        return ShardFailed(shard, Reason.WORKER_DIED, text, generation + 1, generation)
    errors = generation + 1 if kind == "partial" else 0
    kinds = (ErrorKind(PointError(shard * 12, "ValueError", text), errors),) if errors else ()
    return ShardDone(shard, 12 - errors, errors, kinds, generation)


@st.composite
def _courses(draw: st.DrawFn) -> _Course:
    shards = st.sampled_from([0, 5, _OUTSIDE])
    end = st.builds(_end, st.sampled_from(["done", "partial", "failed"]), shards, st.integers(0, 2))
    ends = draw(st.lists(end, min_size=1, max_size=8))
    repeated = draw(st.lists(st.sampled_from(ends), max_size=4))
    order = draw(st.permutations([*ends, *repeated]))
    return _Course(tuple(order), draw(st.integers(0, len(order))), draw(st.integers(0, 2)))


class LedgerOfOrdersContract:
    """The law, one test."""

    def test_marks_read_the_same_in_any_order_and_number(self, ledger: Ledger, other: Ledger) -> None:
        """Ends in any order, any number of times, before and after the dispatch is recorded, read the same."""
        numbers = count(1)

        # Each backend runs the law on its own: a decorated method would be one law of them all.
        @settings(max_examples=min(settings().max_examples, _MOST_EXAMPLES), deadline=None)
        @given(_courses())
        def law(course: _Course) -> None:
            sweep = ledger.open(make_sweep(f"lab-{next(numbers):012}"))
            mark(ledger, sweep, *course.ends[: course.dispatched_after])
            dispatch(other, sweep, {accepted(course.generation): _ALL})
            mark(other, sweep, *course.ends[course.dispatched_after :])
            expected, details = course.sum()
            block = block_in(ledger, sweep)
            assert block.standing(sweep.plan, 0) == expected.standing(sweep.plan, 0)
            for shard in sweep.plan:
                assert block.end_of(shard) == expected.end_of(shard)
            assert ends_in(ledger, sweep, range(6)) == details

        law()
