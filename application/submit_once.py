"""Use case: submit a request so that a lost answer or a second try never makes a second sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from application.documents.request import request_digest
from application.ports.pending_keys import PendingKeys
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class SubmitOnce:
    """The client's side of idempotency: a key lasts before the first attempt, and until an answer came."""

    submit: Callable[[SweepRequest, str | None, Deadline], Submission]
    keys: PendingKeys

    def __call__(self, request: SweepRequest, deadline: Deadline) -> Submission:
        """Submit the request; one whose last submission has no answer goes on with that sweep.

        Raises what `SubmitSweep` raises. Only a refusal of the request itself, after which nothing was recorded, counts
        as an answer.
        """
        digest = request_digest(request)
        key = self.keys.begin(digest)
        try:
            submission = self.submit(request, key, deadline)
        except InvalidSweep:
            self.keys.end(digest)
            raise
        self.keys.end(digest)
        return submission
