"""Reading the API's answers (contract 2) into the values of the domain and of the use cases.

Keys that this version does not know are passed over: a newer API may add some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from application.cancel_sweep import Cancellation
from application.describe_sweep import Description
from application.dispatch_shards import Dispatched
from application.follow_sweep import Following
from application.list_failures import FailurePage
from application.list_results import ResultPage
from application.ports.ledger import HeadPage
from domain.designs.design import Point
from domain.dispatch import Tally
from domain.errors import DependencyUnavailable
from domain.failure import Failure, FailureGroup
from domain.plan import Plan
from domain.progress import Progress, Running, State
from domain.reasons import Reason
from domain.shard_map import ShardMap
from domain.sweep import SweepHead

Document: TypeAlias = Mapping[str, Any]


@contextmanager
def understood() -> Iterator[None]:
    """Raise `DependencyUnavailable` for an answer that lacks what this version reads, or has another type there."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DependencyUnavailable(
            "the API's answer has not the form that this client reads; deploy the stack again, so that both have one "
            "version"
        ) from error


def head_of(document: Document) -> SweepHead:
    """Return which sweep a document is about."""
    plan = Plan(int(document["size"]), int(document["shards"]))
    return SweepHead(str(document["sweep_id"]), plan, _moment(document["created_at"]))


def progress_of(document: Document) -> Progress:
    """Return how far a sweep is."""
    return Progress(
        size=int(document["size"]),
        shards=int(document["shards"]),
        done=int(document["done"]),
        failed=int(document["failed"]),
        settled=int(document["settled"]),
        shards_done=int(document["shards_done"]),
        shards_partial=int(document["shards_with_errors"]),
        shards_failed=int(document["shards_failed"]),
        running=int(document["running"]),
        unknown=int(document["unknown"]),
        overdue=int(document["overdue"]),
        undispatched=int(document["undispatched"]),
        tally=_tally(document["dispatch"]),
        state=State(document["state"]),
        oldest=tuple(Running(int(one["shard"]), _moment(one["since"])) for one in document["oldest_running"]),
        # A stack of an earlier version skips no points.
        skipped=int(document.get("skipped", 0)),
    )


def following_of(document: Document) -> Following:
    """Return a sweep, how far it is, and the map of its shards."""
    shards = document["map"]
    return Following(
        head_of(document), progress_of(document), ShardMap(int(shards["shards_per_cell"]), str(shards["cells"]))
    )


def description_of(document: Document) -> Description:
    """Return where a sweep stands."""
    groups = document["failures"]
    return Description(
        head_of(document),
        progress_of(document),
        str(document["results"]),
        tuple(map(_group, groups)),
        int(document["failing_shards_grouped"]),
        _points(group["example"] for group in groups),
    )


def cancellation_of(document: Document) -> Cancellation:
    """Return where a sweep stands after a cancellation, and whether that stopped anything."""
    return Cancellation(description_of(document), stopped=bool(document["stopped"]))


def dispatched_of(document: Document, progress: Progress) -> Dispatched:
    """Return what became of a sweep's shards, of a sweep that is so far by now.

    The API tells the outcomes of all shards, and does not tell apart those that this dispatch tried to send.
    """
    return Dispatched(progress, _tally(document["dispatch"]))


def heads_of(document: Document) -> HeadPage:
    """Return a page of sweeps."""
    following = document["next"]
    return HeadPage(tuple(map(head_of, document["sweeps"])), None if following is None else str(following))


def results_of(document: Document) -> ResultPage:
    """Return a page of links."""
    return ResultPage({int(one["shard"]): str(one["url"]) for one in document["results"]}, _shard(document["next"]))


def failures_of(document: Document) -> FailurePage:
    """Return a page of failures."""
    listed = document["failures"]
    return FailurePage(
        tuple(_failure(one, one["reason"], one["message"]) for one in listed), _points(listed), _shard(document["next"])
    )


def _group(document: Document) -> FailureGroup:
    example = _failure(document["example"], document["reason"], document["message"])
    return FailureGroup(int(document["shards"]), int(document["points"]), example)


def _failure(document: Document, reason: str, message: str) -> Failure:
    return Failure(
        int(document["shard"]),
        int(document["points"]),
        str(reason),
        str(message),
        int(document["attempts"]),
        _shard(document.get("index")),
        tuple(map(str, document.get("at", ()))),
    )


def _points(documents: Iterator[Document] | list[Document]) -> dict[int, Point]:
    """Return by index the points that failures name."""
    return {int(one["index"]): dict(one["point"]) for one in documents if "point" in one}


def _tally(document: Document) -> Tally:
    counts = {name: int(count) for name, count in document.items() if name in _OUTCOMES}
    reasons: dict[Reason, int] = {}
    for code, shards in document["reasons"].items():
        reason = Reason.read(code)
        reasons[reason] = reasons.get(reason, 0) + int(shards)
    return Tally(**counts, reasons=reasons)


_OUTCOMES = {"accepted", "rejected", "exhausted", "unknown", "deferred", "waiting"}


def _shard(number: Any) -> int | None:  # noqa: ANN401 - what the answer has
    return None if number is None else int(number)


def _moment(text: str) -> float:
    """Return the seconds since the epoch of a moment in ISO 8601."""
    return datetime.fromisoformat(text).timestamp()
