"""The answers about a sweep as JSON: the same over HTTP and on the command line.

`done`, `failed` and `skipped` count points, and together are `size` once the sweep has ended.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

from adapters.documents.answer_size import fitting
from adapters.documents.failures import group_document, point_document
from adapters.documents.routes import CANCEL, FAILURES, PROGRESS, REQUEST, RESULTS, RETRY, SWEEP, path_of
from application.describe_sweep import Description
from application.follow_sweep import Following
from application.link_pages import LINK_SECONDS
from application.list_results import ResultPage
from application.ports.ledger import HeadPage
from application.submit_sweep import Submission
from domain.condition_share import ConditionShare
from domain.dispatch import Tally
from domain.errors import DependencyUnavailable
from domain.progress import Progress
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import SweepHead


def moment(seconds: float) -> str:
    """Return a moment, in UTC, to the second, in ISO 8601: `2026-01-31T12:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def status_document(description: Description) -> dict[str, Json]:
    """Return where a sweep stands: its counts, the outcomes of its dispatch, and the failures by their cause."""
    progress = description.progress
    return {
        **_progress(description.head, progress),
        "results": description.results,
        "failing_shards": progress.failing_shards,
        "failing_shards_grouped": description.shards_grouped,
        "failures": fitting(group_document(group, description.points) for group in description.groups),
    }


def progress_document(following: Following) -> dict[str, Json]:
    """Return how far a sweep is, and the map of its shards."""
    shards = following.map
    return {
        **_progress(following.head, following.progress),
        "map": {"shards_per_cell": shards.shards_per_cell, "cells": shards.cells},
    }


def status_links(description: Description) -> dict[str, Json]:
    """Return the paths of what a caller can ask for or order next; an order that would change nothing is left out."""
    progress = description.progress
    offered = {
        "self": (SWEEP, True),
        "request": (REQUEST, True),
        "progress": (PROGRESS, True),
        "results": (RESULTS, True),
        "failures": (FAILURES, progress.failing_shards > 0),
        "retry": (RETRY, progress.can_retry),
        "cancel": (CANCEL, progress.can_start),
    }
    return {name: path_of(path, description.head.id) for name, (path, is_offered) in offered.items() if is_offered}


def submission_document(submission: Submission) -> dict[str, Json]:
    """Return the answer to a submitted sweep."""
    plan, progress = submission.sweep.plan, submission.dispatched.progress
    return {
        "sweep_id": submission.sweep.id,
        "created_at": moment(submission.sweep.created_at),
        "state": progress.state.value,
        "size": plan.size,
        "shards": plan.shards,
        "dispatch": _tally(progress.tally),
        "links": _self(submission.sweep.id),
    }


def listing_document(page: HeadPage) -> dict[str, Json]:
    """Return a page of sweeps, newest first, without their progress; `next` is None at the end."""
    sweeps: list[Json] = [
        {
            "sweep_id": head.id,
            "created_at": moment(head.created_at),
            "size": head.plan.size,
            "shards": head.plan.shards,
            "links": _self(head.id),
        }
        for head in page.heads
    ]
    return {"sweeps": sweeps, "next": page.next}


def results_document(page: ResultPage) -> dict[str, Json]:
    """Return a page of links to result objects, valid for `expires_in` seconds; `next` is None at the end."""
    results: list[Json] = [{"shard": shard, "url": link} for shard, link in page.links.items()]
    return {"results": results, "expires_in": LINK_SECONDS, "next": page.next}


def share_at_hand(request: SweepRequest) -> ConditionShare | None:
    """Return how many points satisfy the condition; None without one, and for a table that is not stored here."""
    with suppress(DependencyUnavailable):
        return ConditionShare.of(request)
    return None


def plan_document(request: SweepRequest, share: ConditionShare | None) -> dict[str, Json]:
    """Return the plan in numbers, with the first and the last point, and for a condition the estimate of its share.

    Of a table that is not stored here, the numbers are all that is known.
    """
    smallest, largest = request.plan.points_per_shard
    document: dict[str, Json] = {
        "name": request.name,
        "size": request.plan.size,
        "shards": request.plan.shards,
        "points_per_shard": {"min": smallest, "max": largest},
    }
    with suppress(DependencyUnavailable):
        ends = [point_document(request.design.point(index)) for index in (0, request.plan.size - 1)]
        document |= zip(("first_point", "last_point"), ends, strict=True)
    return {**document, "where": _share(share)} if share else document


def _share(share: ConditionShare) -> Json:
    return {
        "looked_at": share.looked_at,
        "satisfying": share.satisfying,
        "undecided": share.undecided,
        "share": share.share,
    }


def _progress(head: SweepHead, progress: Progress) -> dict[str, Json]:
    """Return all that is known of a sweep's progress; moments are to the second."""
    oldest: list[Json] = [{"shard": one.shard, "since": moment(one.since)} for one in progress.oldest]
    return {
        "sweep_id": head.id,
        "created_at": moment(head.created_at),
        "state": progress.state.value,
        "size": progress.size,
        "shards": progress.shards,
        "done": progress.done,
        "failed": progress.failed,
        "skipped": progress.skipped,
        "settled": progress.settled,
        "shards_done": progress.shards_done,
        "shards_with_errors": progress.shards_partial,
        "shards_failed": progress.shards_failed,
        "running": progress.running,
        "unknown": progress.unknown,
        "overdue": progress.overdue,
        "undispatched": progress.undispatched,
        "dispatch": _tally(progress.tally),
        "oldest_running": oldest,
    }


def _tally(tally: Tally) -> Json:
    return {**asdict(tally), "reasons": {reason.value: shards for reason, shards in tally.reasons.items()}}


def _self(sweep_id: str) -> dict[str, Json]:
    return {"self": path_of(SWEEP, sweep_id)}
