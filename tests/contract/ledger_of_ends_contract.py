"""The rules of every `Ledger` about the details that it keeps of ends with errors and of failures."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import pytest

from application.ports.ledger import Ledger
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed, Sweep
from tests.contract.ledger_readings import ends_in, mark, redo
from tests.fakes.at_once import at_once

_PLACES = ("model/run.py:12 solve", "<string>:1 <lambda>", "wärme/löser.py:7 schritt 🜂")
_KINDS = (
    ErrorKind(PointError(24, "ZeroDivisionError", "division by zero", _PLACES), 2),
    ErrorKind(PointError(25, "ValueError", ""), 1),
)
_LARGEST = tuple(
    ErrorKind(PointError(10**17 + n, "E" * 200, chr(0x1F600 + n) * 1000, (f"{'ü' * 198} {n}",) * 4), 10**15)
    for n in range(10)
)


def _partial(shard: int, generation: int = 0, text: str = "text") -> ShardDone:
    return ShardDone(shard, 11, 1, (ErrorKind(PointError(shard, "ValueError", text), 1),), generation)


def _lacking(shard: int, errors: int) -> ShardDone:
    kinds = (ErrorKind(PointError(shard, "ValueError", f"{errors} lost"), errors),)
    return ShardDone(shard, 12 - errors, errors, kinds, 1)


def _failed(shard: int, generation: int = 0, text: str = "text") -> ShardFailed:
    return ShardFailed(shard, Reason.WORKER_DIED, text, generation=generation)


class LedgerOfEndsContract:
    """The rules, one a test."""

    @pytest.mark.parametrize(
        "end",
        [
            pytest.param(ShardDone(2, 7, 5, _KINDS), id="with errors"),
            pytest.param(ShardDone(2, 7, 5, _KINDS, 3), id="with errors in a later generation"),
            pytest.param(ShardDone(2, 0, 12), id="with errors of no known kind"),
            pytest.param(ShardDone(2, 10**15, 10**16, _LARGEST, 10**6), id="with the most and largest kinds"),
            pytest.param(ShardFailed(2, Reason.WORKER_DIED, "the process was killed (ü 🜂 \0 \\)", 3), id="failed"),
            pytest.param(ShardFailed(2, Reason.OTHER, "", generation=7), id="failed without a message"),
            pytest.param(ShardFailed(2, Reason.UNDELIVERED, "𝄞" * 1000, 10**6), id="failed with a long message"),
        ],
    )
    def test_an_end_is_returned_as_it_was_marked(
        self, ledger: Ledger, other: Ledger, sweep: Sweep, end: ShardEnd
    ) -> None:
        """`ends` returns every field of an end, once, also if it was marked twice."""
        mark(ledger, sweep, end)
        mark(other, sweep, end)
        assert ends_in(other, sweep, [2]) == [end]

    @pytest.mark.parametrize("reason", list(Reason), ids=str)
    def test_every_reason_of_a_failure_is_kept(self, ledger: Ledger, sweep: Sweep, reason: Reason) -> None:
        """A failed shard has the reason that it was marked with."""
        end = ShardFailed(0, reason, "text")
        mark(ledger, sweep, end)
        assert ends_in(ledger, sweep, [0]) == [end]

    def test_long_messages_are_truncated_alike(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of the message of a shard and of a point, the ledger keeps the first 1,000 characters."""
        text = "".join(f"{n:04}ü" for n in range(1000))
        mark(ledger, sweep, _failed(0, text=text), _partial(1, text=text))
        failed, done = ends_in(other, sweep, [0, 1])
        assert isinstance(failed, ShardFailed)
        assert failed.message == text[:1000]
        assert isinstance(done, ShardDone)
        assert done.kinds[0].first.message == text[:1000]

    def test_an_end_without_errors_has_no_details(self, ledger: Ledger, sweep: Sweep) -> None:
        """`ends` has nothing of a shard of which every point has a value."""
        mark(ledger, sweep, ShardDone(0, 12), ShardDone(1, 12, generation=1))
        assert ends_in(ledger, sweep, range(6)) == []

    def test_errors_and_a_failure_of_one_shard_are_both_kept(self, ledger: Ledger, sweep: Sweep) -> None:
        """Of a shard that has results with errors and then fails, the ledger returns an end of each kind."""
        mark(ledger, sweep, _partial(0), _failed(0, 1), _partial(3, 1), _failed(3))
        assert ends_in(ledger, sweep, range(6)) == [_partial(0), _failed(0, 1), _partial(3, 1), _failed(3)]

    def test_the_last_generation_of_each_kind_is_kept(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """An end of an earlier generation replaces no end of a later one, in any order of their arrival."""
        for shard, order in enumerate(permutations(range(3))):
            mark(ledger, sweep, *(_failed(shard, generation, f"text {generation}") for generation in order))
            mark(other, sweep, *(_partial(shard, generation, f"text {generation}") for generation in order))
        expected = [one(shard, 2, "text 2") for shard in range(6) for one in (_partial, _failed)]
        assert ends_in(ledger, sweep, range(6)) == expected

    def test_of_results_of_one_generation_those_with_fewest_errors_are_kept(
        self, ledger: Ledger, other: Ledger, sweep: Sweep
    ) -> None:
        """Results of one run with more errors replace none with fewer, in any order of their arrival."""
        for shard, order in enumerate(permutations((1, 2, 3))):
            for errors in order:
                mark((ledger, other)[errors % 2], sweep, _lacking(shard, errors))
        assert ends_in(other, sweep, range(6)) == [_lacking(shard, 1) for shard in range(6)]

    def test_a_record_removes_no_details(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """While a shard runs again, `ends` still says why it failed before, and what its earlier results lack."""
        redo(ledger, sweep)
        mark(ledger, sweep, _failed(0), _partial(1), _partial(2), _failed(2, 1))
        redo(other, sweep)
        assert ends_in(ledger, sweep, range(6)) == [_failed(0), _partial(1), _partial(2), _failed(2, 1)]

    def test_of_generations_at_once_the_last_is_kept(self, ledger: Ledger, other: Ledger, sweep: Sweep) -> None:
        """Of failures of eight generations that are marked at the same moment, the ledger keeps the last."""
        clients = [ledger, other] * 4
        at_once([partial(mark, one, sweep, _failed(0, n, f"text {n}")) for n, one in enumerate(clients)])
        assert ends_in(ledger, sweep, [0]) == [_failed(0, 7, "text 7")]

    def test_only_the_ends_of_the_shards_asked_for_are_returned(
        self, ledger: Ledger, other: Ledger, large: Sweep
    ) -> None:
        """`ends` returns what is known of the caller's shards, in all of their blocks, and of no others."""
        mark(ledger, large, _failed(0), _partial(1), _failed(1), _failed(127), _failed(128), _partial(999))
        assert ends_in(other, large, [1, 2, 128, 999]) == [_partial(1), _failed(1), _failed(128), _partial(999)]
        assert ends_in(other, large, [2, 3, 500]) == []
        assert ends_in(other, large, []) == []

    def test_the_ends_of_hundreds_of_shards_are_returned(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """One call may ask for a thousand shards, of which more than a hundred have ends."""
        ends: list[ShardEnd] = [_failed(shard) if shard % 2 else _partial(shard) for shard in range(0, 999, 9)]
        at_once([partial(mark, (ledger, other)[n % 2], large, *ends[n::8]) for n in range(8)])
        assert len(ends) == 111
        assert ends_in(other, large, range(1000)) == ends
        assert ends_in(other, large, range(0, 999, 9)) == ends

    def test_large_ends_are_all_returned(self, ledger: Ledger, other: Ledger, large: Sweep) -> None:
        """One call may return megabytes: fifty shards with the most and largest kinds of errors."""
        ends: list[ShardEnd] = [ShardDone(shard, 0, 10**16, _LARGEST) for shard in range(100, 150)]
        mark(ledger, large, *ends)
        assert ends_in(other, large, range(100, 150)) == ends
