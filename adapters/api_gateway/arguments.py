"""What a request says beside its body: the sweep, the page, the idempotency key."""

from __future__ import annotations

import re
from collections.abc import Collection

from adapters.api_gateway.problems import HttpError
from adapters.api_gateway.proxy_event import HttpRequest
from adapters.documents.routes import SWEEPS
from domain.errors import SweepNotFound
from domain.space.names import SWEEP_ID

_KEY = "idempotency-key"
LONGEST_KEY = 255
# In characters, of a name in an answer.
_LONGEST_NAME = 100
_NOT_NEXT = "after must be the next of an earlier answer"
# Matches what a ledger returns as a page's `next`.
CURSOR = r"[!-~]{1,200}"
_NUMBER = "[0-9]{1,9}"


def check_parameters(request: HttpRequest, known: Collection[str]) -> None:
    """Raise `HttpError` (400) for a query parameter that a route does not know, as a misspelt one would be lost."""
    for name in request.query:
        if name not in known:
            allowed = f"known are {', '.join(known)}" if known else "this route has none"
            raise HttpError(400, f"there is no query parameter {name[:_LONGEST_NAME]!r} here; {allowed}")


def is_dry_run(request: HttpRequest) -> bool:
    """Return whether a submission is only to be planned; raises `HttpError` (400) for anything but true and false."""
    given = request.query.get("dry_run", "false").lower()
    if given not in {"true", "false"}:
        raise HttpError(400, "dry_run must be true or false")
    return given == "true"


def sweep_id(request: HttpRequest) -> str:
    """Return the id of the sweep that a request is about; raises `SweepNotFound` for what cannot be an id."""
    given = request.path.get("id", "")
    # Do not ask the ledger for it: DynamoDB refuses a key that is empty or very long.
    if not re.fullmatch(SWEEP_ID, given):
        raise SweepNotFound(given)
    return given


def limit(request: HttpRequest, usual: int) -> int:
    """Return how many entries a page may have; 0, which every use case refuses, for what is no number."""
    return _count(request, "limit", usual)


def cells(request: HttpRequest, usual: int) -> int:
    """Return how many cells a map may have; 0, which the use case refuses, for what is no number."""
    return _count(request, "cells", usual)


def after(request: HttpRequest) -> str | None:
    """Return after which entry a page begins, None for the first one; raises `HttpError` (400)."""
    given = request.query.get("after")
    if given is not None and not re.fullmatch(CURSOR, given):
        raise HttpError(400, _NOT_NEXT)
    return given


def after_number(request: HttpRequest) -> int | None:
    """Return after which number, as of a shard, a page begins, None for the first one; raises `HttpError` (400)."""
    given = request.query.get("after")
    if given is not None and not re.fullmatch(_NUMBER, given):
        raise HttpError(400, _NOT_NEXT)
    return None if given is None else int(given)


def idempotency_key(request: HttpRequest) -> str | None:
    """Return the idempotency key, None if there is none; raises `HttpError` (400)."""
    key = request.headers.get(_KEY)
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise HttpError(400, f"Idempotency-Key must be 1 to {LONGEST_KEY} printable ASCII characters")
    return key


def is_repeatable(request: HttpRequest) -> bool:
    """Return whether the same request can be sent twice: without a key, a second submission is a second sweep."""
    return (request.method, request.resource) != ("POST", SWEEPS) or _KEY in request.headers


def _count(request: HttpRequest, name: str, usual: int) -> int:
    given = request.query.get(name, str(usual))
    return int(given) if re.fullmatch(_NUMBER, given) else 0
