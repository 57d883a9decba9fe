"""Use case: return what a sweep was asked to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.bind_rows import bind_rows
from application.ports.ledger import Ledger
from domain.dispatch_policy import Deadline
from domain.request import SweepRequest

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables


@dataclass(frozen=True, slots=True)
class RecallRequest:
    """Answers the question for a sweep's request, its target filled in; `tables` has points that come from files."""

    ledger: Ledger
    tables: PointTables | None = None

    def __call__(self, sweep_id: str, deadline: Deadline) -> SweepRequest:
        """Return the request of one sweep; raises `SweepNotFound`."""
        return bind_rows(self.ledger.within(deadline).sweep(sweep_id).request, self.tables)
