"""What a caller can ask for, wherever the sweeps are: here, or behind a client of another machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from application.cancel_sweep import Cancellation
from application.describe_sweep import Description
from application.follow_sweep import Following
from application.list_failures import FailurePage
from application.list_results import ResultPage
from application.plan_sweep import PlannedSweep
from application.ports.ledger import HeadPage
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class Sweeps:
    """One callable for each question and each order. The use case of the same name documents each."""

    plan: Callable[[SweepRequest], PlannedSweep]
    # Request, idempotency key, deadline.
    submit: Callable[[SweepRequest, str | None, Deadline], Submission]
    describe: Callable[[str, Deadline], Description]
    # Sweep id, the most cells of the map, deadline.
    follow: Callable[[str, int, Deadline], Following]
    request: Callable[[str, Deadline], SweepRequest]
    # Page size, the `next` of the page before, deadline.
    list_sweeps: Callable[[int, str | None, Deadline], HeadPage]
    # Sweep id, page size, the `next` of the page before, deadline.
    list_results: Callable[[str, int, int | None, Deadline], ResultPage]
    list_failures: Callable[[str, int, int | None, Deadline], FailurePage]
    retry: Callable[[str, Deadline], Submission]
    cancel: Callable[[str, Deadline], Cancellation]
