"""Use case: open a sweep in the ledger and dispatch its shards, without waiting for a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.dispatch_shards import Dispatch, Dispatched
from application.documents.request import request_digest
from application.plan_sweep import PlannedSweep, PlanSweep
from application.ports.clock import Clock
from application.ports.id_source import IdSource
from application.ports.ledger import Ledger
from domain.designs.replicated import is_stored
from domain.dispatch_order import DispatchOrder
from domain.dispatch_policy import Deadline, no_deadline
from domain.request import SweepRequest
from domain.standing import Redo
from domain.sweep import Sweep

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables


@dataclass(frozen=True, slots=True)
class Submission:
    """The answer to a submitted request: the sweep, what became of its shards, and whether it was known before."""

    sweep: Sweep
    dispatched: Dispatched
    replayed: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A sweep that is in the ledger, and the id that the caller would have used for a new one."""

    sweep: Sweep
    new_id: str

    @property
    def replayed(self) -> bool:
        """Whether the sweep was known before."""
        return self.sweep.id != self.new_id

    def starting(self, order: DispatchOrder, extends: str | None) -> Opened:
        """Return the sweep with another order for this dispatch, and another sweep that it extends.

        It does not matter with which ones it began: neither decides a result.
        """
        request = replace(self.sweep.request, order=order, extends=extends)
        return replace(self, sweep=replace(self.sweep, request=request))


@dataclass(frozen=True, slots=True)
class SubmitSweep:
    """The parent's first job.

    `code` tells the targets that are deployed from others; `tables` has points that come from files, where callers
    store these beforehand.
    """

    plan: PlanSweep
    ledger: Ledger
    dispatch: Dispatch
    clock: Clock
    ids: IdSource
    code: str = ""
    tables: PointTables | None = None

    def __call__(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        """Dispatch every shard of the request that no worker is known to have, and return what became of each.

        The same key with the same request goes on where an earlier call stopped. Without a key every call is a new
        sweep. Raises `InvalidSweep` before anything is written, `SweepConflict` if the key was used for another
        request, and `DependencyUnavailable`.
        """
        planned = self.checked(request, deadline)
        if self.tables and is_stored(planned.request.design):
            from application.check_table import check_table  # noqa: PLC0415 - only points from a file wait for it

            check_table(planned.request.design, self.tables)
        return self.planned(planned, key, deadline)

    def checked(self, request: SweepRequest, deadline: Deadline = no_deadline) -> PlannedSweep:
        """Check what a submission checks, the sweep that is extended among it, but for a table that must be stored.

        Raises `InvalidSweep`.
        """
        planned = self.plan(request)
        if planned.request.extends is not None:
            from application.check_extension import check_extension  # noqa: PLC0415 - few requests have to wait for it

            check_extension(self.ledger.within(deadline), planned.request, planned.request.extends, self.code)
        return planned

    def planned(
        self, planned: PlannedSweep, key: str | None, deadline: Deadline, redo: Redo = Redo.NOTHING
    ) -> Submission:
        """Submit what has been planned; `redo` says which shards that have ended run again."""
        return self.dispatched(self.opened(planned, key, deadline), deadline, redo)

    def opened(self, planned: PlannedSweep, key: str | None, deadline: Deadline) -> Opened:
        """Record a sweep under the key, unless there is one, and dispatch nothing of it yet."""
        planned.request.require_target()
        new = self._new_sweep(planned.request, key)
        return Opened(self.ledger.within(deadline).open(new), new.id)

    def dispatched(self, opened: Opened, deadline: Deadline, redo: Redo) -> Submission:
        """Dispatch what an opened sweep has to dispatch."""
        dispatched = self.dispatch(opened.sweep, opened.new_id, deadline, redo)
        return Submission(opened.sweep, dispatched, opened.replayed)

    def _new_sweep(self, request: SweepRequest, key: str | None) -> Sweep:
        sweep_id = f"{request.name}-{self.ids.new_id()}"
        return Sweep(sweep_id, key or sweep_id, request_digest(request), request, self.clock.now(), self.code)
