"""Use case: submit a request so that a lost answer or a second try never makes a second sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.documents.request import request_digest
from application.on_done import OnDone, show_nothing
from application.ports.pending_keys import PendingKeys
from application.submit_sweep import Submission
from domain.designs.replicated import is_stored
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.request import SweepRequest

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables


@dataclass(frozen=True, slots=True)
class SubmitOnce:
    """The client's side of idempotency: a key lasts before the first attempt, and until an answer came.

    `tables` is where points from files go first, if that is on other machines.
    """

    submit: Callable[[SweepRequest, str | None, Deadline], Submission]
    keys: PendingKeys
    tables: PointTables | None = None

    def __call__(self, request: SweepRequest, deadline: Deadline, on_sent: OnDone = show_nothing) -> Submission:
        """Submit the request; one whose last submission has no answer goes on with that sweep.

        `on_sent` is called while points from a file are sent. Raises what `SubmitSweep` raises. Only a refusal of the
        request itself, after which nothing was recorded, counts as an answer.
        """
        if self.tables and is_stored(request.design):
            from application.send_table import send_table  # noqa: PLC0415 - only points from a file wait for it

            send_table(request, self.tables, on_sent)
        digest = request_digest(request)
        key = self.keys.begin(digest)
        try:
            submission = self.submit(request, key, deadline)
        except InvalidSweep:
            self.keys.end(digest)
            raise
        self.keys.end(digest)
        return submission
