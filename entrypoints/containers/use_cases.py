"""What every process that answers questions about sweeps makes of its ports in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.follow_sweep import FollowSweep
from application.list_failures import ListFailures
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.recall_request import RecallRequest
from application.retry_sweep import RetrySweep
from application.submit_sweep import SubmitSweep
from application.sweeps import Sweeps

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables


def sweeps(submit: SubmitSweep, describe: DescribeSweep, tables: PointTables | None = None) -> Sweeps:
    """Return what a caller can ask for, over the ports that these two use cases have, and over the tables of points."""
    ledger = submit.ledger
    return Sweeps(
        plan=submit.checked,
        submit=submit,
        describe=describe,
        follow=FollowSweep(ledger, describe.survey),
        request=RecallRequest(ledger, tables),
        list_sweeps=ListSweeps(ledger),
        list_results=ListResults(ledger, describe.results),
        list_failures=ListFailures(ledger, describe.survey, tables),
        retry=RetrySweep(ledger, submit.dispatch, submit.ids),
        cancel=CancelSweep(ledger, describe),
    )
