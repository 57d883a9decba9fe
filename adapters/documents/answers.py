"""The answers about a sweep as JSON: the same over HTTP and on the command line.

`done` and `failed` count points, and together are `size` once the sweep has ended.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from adapters.documents.routes import SWEEP, path_of
from application.describe_sweep import Description
from application.list_results import LINK_SECONDS, ResultPage
from application.ports.ledger import SweepPage
from application.submit_sweep import Submission
from domain.dispatch import Tally
from domain.progress import Failure
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import Sweep

_FAILURES_LISTED = 1000


def created_at(sweep: Sweep) -> str:
    """Return when a sweep was submitted, in UTC, to the second, in ISO 8601: `2026-01-31T12:00:00Z`."""
    return datetime.fromtimestamp(sweep.created_at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def summary_document(description: Description) -> dict[str, Json]:
    """Return the state of a sweep and its counts, of points and of shards."""
    progress = description.progress
    return {
        "sweep_id": description.sweep.id,
        "state": progress.state.value,
        "size": progress.size,
        "shards": progress.shards,
        "done": progress.done,
        "failed": progress.failed,
        "shards_done": progress.shards_done,
        "shards_failed": progress.shards_failed,
        "results": description.results,
    }


def status_document(description: Description) -> dict[str, Json]:
    """Return the summary with the outcomes of the dispatch, counted, and the first 1,000 failures by shard number."""
    failures: list[Json] = [_failure(failure) for failure in description.progress.failures[:_FAILURES_LISTED]]
    return summary_document(description) | {
        "created_at": created_at(description.sweep),
        "dispatch": _tally(description.progress.tally),
        "failures": failures,
    }


def submission_document(submission: Submission) -> dict[str, Json]:
    """Return the answer to a submitted sweep."""
    plan = submission.sweep.plan
    return {
        "sweep_id": submission.sweep.id,
        "size": plan.size,
        "shards": plan.shards,
        "dispatch": _tally(submission.tally),
        "links": _links(submission.sweep),
    }


def listing_document(page: SweepPage) -> dict[str, Json]:
    """Return a page of sweeps, newest first, without their progress; `next` is None at the end."""
    sweeps: list[Json] = [
        {
            "sweep_id": sweep.id,
            "created_at": created_at(sweep),
            "size": sweep.plan.size,
            "shards": sweep.plan.shards,
            "links": _links(sweep),
        }
        for sweep in page.sweeps
    ]
    return {"sweeps": sweeps, "next": page.next}


def results_document(page: ResultPage) -> dict[str, Json]:
    """Return a page of links to result objects, valid for `expires_in` seconds; `next` is None at the end."""
    results: list[Json] = [{"shard": shard, "url": link} for shard, link in page.links.items()]
    return {"results": results, "expires_in": LINK_SECONDS, "next": page.next}


def plan_document(request: SweepRequest) -> dict[str, Json]:
    """Return the plan in numbers, with the first and the last point."""
    smallest, largest = request.plan.points_per_shard
    return {
        "name": request.name,
        "size": request.plan.size,
        "shards": request.plan.shards,
        "points_per_shard": {"min": smallest, "max": largest},
        "first_point": dict(request.design.point(0)),
        "last_point": dict(request.design.point(request.plan.size - 1)),
    }


def _tally(tally: Tally) -> Json:
    return {**asdict(tally), "reasons": {reason.value: shards for reason, shards in tally.reasons.items()}}


def _links(sweep: Sweep) -> dict[str, Json]:
    return {"self": path_of(SWEEP, sweep.id)}


def _failure(failure: Failure) -> Json:
    return {
        "shard": failure.shard,
        "points": failure.points,
        "reason": failure.reason,
        "message": failure.message,
        "attempts": failure.attempts,
    }
