"""Ledgers with one defect each in the history of a sweep's dispatch and shards, and the rule that each breaks."""

# ruff: noqa: D102 - the docstring of a class says what is wrong with its methods

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.local.sqlite_ledger import SqliteLedger
from domain.dispatch import Outcome
from domain.sweep import ShardDone, ShardFailed


class ClaimsAreNotExclusive(SqliteLedger):
    """Grants a claim to every owner."""

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        super().claim_dispatch(sweep_id, owner, seconds)
        return True


class ClaimsNeverRunOut(SqliteLedger):
    """Grants every claim for thirty years instead of its seconds."""

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        return super().claim_dispatch(sweep_id, owner, 1e9)


class OtherOwnersRelease(SqliteLedger):
    """Ends a claim when another owner releases it."""

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        with self._transaction() as database:
            database.execute("UPDATE sweeps SET claim_until = 0")


class ReleaseDoesNothing(SqliteLedger):
    """Keeps a claim when its owner releases it."""

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        pass


class FirstOutcomeStays(SqliteLedger):
    """Drops the outcome of a shard that already has one."""

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        known = self.history(sweep_id).outcomes
        super().record_outcomes(sweep_id, [one for one in outcomes if one.shard not in known])


class LaterOutcomesReplaceAll(SqliteLedger):
    """Drops the recorded outcomes of all shards when it records further ones."""

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        with self._transaction() as database:
            database.execute("DELETE FROM outcomes")
        super().record_outcomes(sweep_id, outcomes)


class AttemptsAreForgotten(SqliteLedger):
    """Records every outcome as that of a first attempt."""

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        super().record_outcomes(sweep_id, [replace(one, attempts=1) for one in outcomes])


class LongPagesAreTruncated(SqliteLedger):
    """Records the first hundred outcomes of a call and drops the others."""

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        super().record_outcomes(sweep_id, outcomes[:100])


class LastDoneWins(SqliteLedger):
    """Replaces the end of a done shard by a later one."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        with self._transaction() as database:
            database.execute("UPDATE ends SET done = 0")
        super().mark_done(sweep_id, end)


class FailedOverridesDone(SqliteLedger):
    """Replaces the end of a done shard by a failure."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        with self._transaction() as database:
            database.execute("DELETE FROM ends")
        super().mark_failed(sweep_id, end)


class DoneLeavesAFailure(SqliteLedger):
    """Keeps a failure when its shard is done."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        if self.end_of(sweep_id, end.number) is None:
            super().mark_done(sweep_id, end)


class FirstErrorsAreForgotten(SqliteLedger):
    """Drops the first error of a done shard."""

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        super().mark_done(sweep_id, replace(end, first_error=None))


class MessagesAreTruncatedAt500(SqliteLedger):
    """Keeps the first 500 characters of the message of a failed shard and of a point."""

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        super().mark_failed(sweep_id, replace(end, message=end.message[:500]))

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        error = end.first_error
        super().mark_done(sweep_id, replace(end, first_error=error and replace(error, message=error.message[:500])))


class ForgetsWhatIsDone(SqliteLedger):
    """Removes the ends of done shards too."""

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        with self._transaction() as database:
            database.executemany("DELETE FROM ends WHERE shard = ?", [(one,) for one in shards])


class ForgetsTheFirstFailureAlone(SqliteLedger):
    """Removes the end of the first shard only."""

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        super().forget_failures(sweep_id, shards[:1])


BROKEN: dict[type[object], str] = {
    ClaimsAreNotExclusive: "of_many_claims_at_once_one_is_granted",
    ClaimsNeverRunOut: "a_claim_runs_out",
    OtherOwnersRelease: "only_the_owner_releases_a_claim",
    ReleaseDoesNothing: "a_released_claim_is_free",
    FirstOutcomeStays: "a_later_outcome_replaces_an_earlier_one",
    LaterOutcomesReplaceAll: "outcomes_recorded_at_once_are_all_kept",
    AttemptsAreForgotten: "every_kind_of_outcome_is_kept",
    LongPagesAreTruncated: "a_thousand_outcomes_are_kept",
    LastDoneWins: "the_first_done_stays",
    FailedOverridesDone: "a_failure_never_replaces_done",
    DoneLeavesAFailure: "done_replaces_a_failure",
    FirstErrorsAreForgotten: "an_end_is_returned_as_it_was_marked",
    MessagesAreTruncatedAt500: "long_messages_are_truncated_alike",
    ForgetsWhatIsDone: "a_forgotten_failure_has_not_ended",
    ForgetsTheFirstFailureAlone: "of_many_failures_all_are_forgotten",
}
