"""What every ledger stores in the same form: a sweep's request as text, and an outcome as four plain values."""

from __future__ import annotations

import json
from collections.abc import Callable

from adapters.documents.request import read_request
from application.documents.compact_json import encode
from application.documents.request import request_document
from domain.dispatch import Outcome, OutcomeKind
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.reasons import Reason
from domain.request import SweepRequest

# The shard, the kind, the reason (for an acceptance, the platform's request id), the attempts.
OutcomeEntry = tuple[int, str, str, int]


def request_text(request: SweepRequest) -> str:
    """Return a request as a ledger stores it: JSON, in its normal form."""
    return encode(request_document(request))


def stored_request(sweep_id: str, text: str) -> SweepRequest:
    """Return the request of a stored text; raises `DependencyUnavailable` if this version cannot read it."""
    try:
        return read_request(json.loads(text))
    except (InvalidSweep, ValueError) as error:
        raise DependencyUnavailable(f"the ledger's request of {sweep_id} cannot be read: {error}") from error


def outcome_entry(outcome: Outcome) -> OutcomeEntry:
    """Return an outcome as a ledger stores it."""
    return outcome.shard, outcome.kind.value, outcome.reason or outcome.request_id, outcome.attempts


def stored_outcome(entry: OutcomeEntry, read_reason: Callable[[str], Reason] = Reason.read) -> Outcome:
    """Return the outcome of an entry; `read_reason` returns the reason of a code."""
    shard, kind, detail, attempts = entry
    if kind == OutcomeKind.ACCEPTED:
        return Outcome(shard, OutcomeKind.ACCEPTED, request_id=detail, attempts=attempts)
    return Outcome(shard, OutcomeKind(kind), read_reason(detail), attempts=attempts)
