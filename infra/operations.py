"""What the OpenAPI document says of each operation beyond the template: its answers, and what its parameters mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from adapters.api_gateway import arguments, http_api, table_routes
from adapters.documents.answer_shapes import (
    CancellationAnswer,
    FailuresAnswer,
    ListingAnswer,
    PlanAnswer,
    ProgressAnswer,
    ResultsAnswer,
    StatusAnswer,
    SubmissionAnswer,
    TableAnswer,
    UploadsAnswer,
)
from adapters.documents.request_shapes import RequestShape
from application import follow_sweep, link_pages, list_failures, list_sweeps
from domain.space.names import SWEEP_ID, TABLE_DIGEST

# What a parameter means, and its schema.
Parameter = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation does, its successes by status, and the statuses of the problems that the parent answers."""

    summary: str
    answers: dict[int, tuple[str, tuple[type[BaseModel], ...]]]
    problems: frozenset[int]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    # Operations that can follow an answer, with where in the request or in the answer their sweep's id stands.
    links: tuple[tuple[str, str], ...] = ()


def _integer(most: int, usual: int, what: str) -> Parameter:
    return f"The most {what}.", {"type": "integer", "minimum": 1, "maximum": most, "default": usual}


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$"}


_NEXT = "The `next` of the answer before."
_AFTER_NUMBER: Parameter = (_NEXT, {"type": "integer", "minimum": 0, "maximum": 10**9 - 1})
_READS = frozenset({400, 404, 500, 503})
_ABOUT_A_SWEEP = ("DescribeSweep", "FollowSweep", "RecallRequest", "ListResults", "ListFailures", "RetrySweep")

# The statuses of all problems, the gateway's own included.
STATUSES = {
    400: "The body does not have a request's shape, or a header or a query parameter is malformed or unknown.",
    403: "The request is unsigned, wrongly signed, expired or not allowed; or there is no such path.",
    404: "There is no such sweep, or it was forgotten.",
    409: "The key was used for another request, or the sweep is in a state that does not allow this.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "The request has the right shape and cannot be carried out; `errors` says why.",
    429: "More requests than the stage accepts; send it again a moment later.",
    500: "An unexpected error; the log has it under `request_id`.",
    503: "No shard could be dispatched, or a service does not answer; `Retry-After` says when to try again.",
    504: "No answer in time; the parent may still be running.",
}

# Those of every operation.
PARAMETERS: dict[str, Parameter] = {
    "id": ("The sweep's id.", {"type": "string", "pattern": SWEEP_ID}),
    "digest": ("The digest of the table's rows.", {"type": "string", "pattern": TABLE_DIGEST}),
}

OPERATIONS = {
    # HTTP drops spaces around a header's value, so the key has none there.
    "SubmitSweep": Operation(
        "Record a sweep and dispatch its shards, or with `dry_run` say what that would do.",
        {
            200: (
                "The sweep was recorded before under this key, or the plan of a dry run.",
                (SubmissionAnswer, PlanAnswer),
            ),
            202: ("The sweep is recorded, and a worker has, or may have, at least one shard.", (SubmissionAnswer,)),
        },
        frozenset({400, 409, 413, 415, 422, 500, 503}),
        {
            "Idempotency-Key": (
                "Makes the request safe to repeat: the same key with the same request is the same sweep.",
                {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$", "maxLength": arguments.LONGEST_KEY},
            ),
            "dry_run": ("Whether to plan the sweep only.", {"type": "boolean", "default": False}),
        },
        tuple((name, "$response.body#/sweep_id") for name in (*_ABOUT_A_SWEEP, "CancelSweep")),
    ),
    "ListSweeps": Operation(
        "List the sweeps, newest first.",
        {200: ("A page of sweeps.", (ListingAnswer,))},
        (_READS | {422}) - {404},
        {
            "limit": _integer(list_sweeps.LARGEST_PAGE, http_api.SWEEPS_A_PAGE, "sweeps of a page"),
            "after": (_NEXT, _text(arguments.CURSOR)),
        },
    ),
    "DescribeSweep": Operation(
        "Say where a sweep stands, and why points have no value.",
        {200: ("The sweep's status.", (StatusAnswer,))},
        _READS,
    ),
    "FollowSweep": Operation(
        "Say how far a sweep is, with a map of its shards.",
        {200: ("The sweep's progress.", (ProgressAnswer,))},
        _READS | {422},
        {"cells": _integer(follow_sweep.MOST_CELLS, http_api.CELLS_OF_A_MAP, "cells of the map")},
    ),
    "RecallRequest": Operation(
        "Return the request of a sweep in its normal form.",
        {200: ("The request.", (RequestShape,))},
        _READS | {422},
    ),
    "ListResults": Operation(
        "Link to the result objects of the shards that have results.",
        {200: ("A page of links, by shard.", (ResultsAnswer,))},
        _READS | {422},
        {
            "limit": _integer(link_pages.LARGEST_PAGE, http_api.RESULTS_A_PAGE, "links of a page"),
            "after": _AFTER_NUMBER,
        },
    ),
    "ListFailures": Operation(
        "Say which points have no value, and why.",
        {200: ("A page of failures, by shard.", (FailuresAnswer,))},
        _READS | {422},
        {
            "limit": _integer(list_failures.LARGEST_PAGE, http_api.FAILURES_A_PAGE, "shards of a page"),
            "after": _AFTER_NUMBER,
        },
    ),
    "RetrySweep": Operation(
        "Dispatch again the shards that failed, that were lost, or that no worker is known to have.",
        {202: ("What became of dispatching them.", (SubmissionAnswer,))},
        _READS | {409},
    ),
    "CancelSweep": Operation(
        "Let no further shard of a sweep start.",
        {200: ("The sweep's status after that.", (CancellationAnswer,))},
        _READS,
    ),
    "UploadTable": Operation(
        "Link to where the chunks go that a table of points lacks.",
        {200: ("A page of links, by chunk, and the headers that each upload needs.", (UploadsAnswer,))},
        frozenset({400, 413, 415, 422, 500, 503}),
    ),
    "ListTable": Operation(
        "Link to the chunks of a table of points.",
        {200: ("A page of links, by chunk.", (TableAnswer,))},
        (_READS | {422}) - {404},
        {
            "limit": _integer(link_pages.LARGEST_PAGE, table_routes.CHUNKS_A_PAGE, "links of a page"),
            "after": _AFTER_NUMBER,
        },
    ),
}
