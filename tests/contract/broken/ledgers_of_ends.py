"""Ledgers with one defect each in the details of ends with errors and of failures, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import sleep

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block
from domain.places import place_of
from domain.reasons import Reason
from domain.sweep import ErrorKind, ShardDone, ShardEnd, ShardFailed


def _cut(kind: ErrorKind) -> ErrorKind:
    return replace(kind, first=replace(kind.first, message=kind.first.message[:500]))


class KindsAreDropped(SqliteLedger):
    """Keeps how many errors a shard has, and not which."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, kinds=()))


class OneKindAShard(SqliteLedger):
    """Keeps the first kind of a shard's errors."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, kinds=end.kinds[:1]))


class PlacesAreDropped(SqliteLedger):
    """Keeps an error without the lines of code that it passed."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        kinds = tuple(replace(kind, first=replace(kind.first, places=())) for kind in end.kinds)
        super().mark_done(sweep_id, replace(end, kinds=kinds))


class MessagesAreAscii(SqliteLedger):
    """Keeps a question mark for each character of a failure's message that ASCII does not have."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, message=end.message.encode("ascii", "replace").decode()))


class AttemptsAreForgotten(SqliteLedger):
    """Keeps every failure as that of one attempt."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, attempts=1))


class EndsAreOfNoGeneration(SqliteLedger):
    """Returns every end as one of the first generation."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        return (replace(end, generation=0) for end in super().ends(sweep_id, shards))


class EndsAreDoubled(SqliteLedger):
    """Returns every end twice."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        return (end for end in super().ends(sweep_id, shards) for _ in range(2))


class ReasonsAreTheWorkers(SqliteLedger):
    """Takes a failure that the platform reports for one of another version."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        reason = Reason.OTHER if end.reason is Reason.EVENT_AGE_EXCEEDED else end.reason
        super().mark_failed(sweep_id, replace(end, reason=reason))


class MessagesAreTruncatedAt500(SqliteLedger):
    """Keeps the first 500 characters of the message of a point."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, kinds=tuple(map(_cut, end.kinds))))


class FailuresAreTruncatedAt500(SqliteLedger):
    """Keeps the first 500 characters of the message of a failed shard."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, message=end.message[:500]))


class DoneShardsHaveDetails(SqliteLedger):
    """Returns an end for a shard of which every point has a value."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        yield from super().ends(sweep_id, shards)
        for shard in shards:
            if self.look(sweep_id, shard).block.done >> place_of(shard) & 1:
                yield ShardDone(shard, 1)


class OneEndAShard(SqliteLedger):
    """Returns the last of a shard's two ends."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        ends = sorted(super().ends(sweep_id, shards), key=lambda end: end.generation)
        return iter({end.number: end for end in ends}.values())


class LateErrorsReplaceDetails(SqliteLedger):
    """Keeps the errors that were reported last, also those of an earlier generation."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        with self._transaction() as database:
            database.execute("DELETE FROM ends WHERE shard = ? AND failed = 0", (end.number,))
        super().mark_done(sweep_id, end)


class MoreErrorsReplaceDetails(SqliteLedger):
    """Keeps of one generation the errors that were reported last."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        with self._transaction() as database:
            row = end.number, end.generation
            database.execute("DELETE FROM ends WHERE shard = ? AND failed = 0 AND generation = ?", row)
        super().mark_done(sweep_id, end)


class RecordsRemoveDetails(SqliteLedger):
    """Removes why shards failed when they are dispatched anew."""

    def record(self, sweep_id: str, block: Block, owner: str) -> None:
        super().record(sweep_id, block, owner)
        with self._transaction() as database:
            for dispatch in block.dispatches:
                database.execute("DELETE FROM ends WHERE failed AND generation < ?", (dispatch.generation,))


class FailuresLookBeforeTheyWrite(SqliteLedger):
    """Checks first whether a later failure is known, and writes its own up to 200 ms later."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        if all(known.generation <= end.generation for known in self.ends(sweep_id, [end.number])):
            # The earliest generation waits longest.
            sleep(0.2 / (1 + end.generation))
            with self._transaction() as database:
                database.execute("DELETE FROM ends")
            super().mark_failed(sweep_id, end)


class EndsAreOfAllShards(SqliteLedger):
    """Returns the ends of all shards instead of those that were asked for."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        return super().ends(sweep_id, range(1000))


class EndsAreOfAHundredShards(SqliteLedger):
    """Returns the ends of the first hundred shards that were asked for."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        return super().ends(sweep_id, shards[:100])


class LargeAnswersAreCut(SqliteLedger):
    """Returns as many of the largest ends as fill a megabyte."""

    def ends(self, sweep_id: str, shards: Sequence[int]) -> Iterator[ShardEnd]:
        return islice(super().ends(sweep_id, shards), 20)


BROKEN: dict[type[object], str] = {
    KindsAreDropped: "an_end_is_returned_as_it_was_marked",
    OneKindAShard: "an_end_is_returned_as_it_was_marked",
    PlacesAreDropped: "an_end_is_returned_as_it_was_marked",
    MessagesAreAscii: "an_end_is_returned_as_it_was_marked",
    AttemptsAreForgotten: "an_end_is_returned_as_it_was_marked",
    EndsAreOfNoGeneration: "an_end_is_returned_as_it_was_marked",
    EndsAreDoubled: "an_end_is_returned_as_it_was_marked",
    ReasonsAreTheWorkers: "every_reason_of_a_failure_is_kept",
    MessagesAreTruncatedAt500: "long_messages_are_truncated_alike",
    FailuresAreTruncatedAt500: "long_messages_are_truncated_alike",
    DoneShardsHaveDetails: "an_end_without_errors_has_no_details",
    OneEndAShard: "errors_and_a_failure_of_one_shard_are_both_kept",
    LateErrorsReplaceDetails: "the_last_generation_of_each_kind_is_kept",
    MoreErrorsReplaceDetails: "of_results_of_one_generation_those_with_fewest_errors_are_kept",
    RecordsRemoveDetails: "a_record_removes_no_details",
    FailuresLookBeforeTheyWrite: "of_generations_at_once_the_last_is_kept",
    EndsAreOfAllShards: "only_the_ends_of_the_shards_asked_for_are_returned",
    EndsAreOfAHundredShards: "the_ends_of_hundreds_of_shards_are_returned",
    LargeAnswersAreCut: "large_ends_are_all_returned",
}
