"""What every ledger stores in the same form: a sweep's request, a block's dispatches, a shard's kinds of errors.

A request that cannot be read is an error. A damaged entry of a block or of a shard counts as none, so that no entry
can break the reading of a whole sweep.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress

from application.documents.compact_json import encode
from application.documents.request import own_request, request_digest, request_document
from domain.block import Dispatch
from domain.dispatch import OutcomeKind
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.places import Places
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.sweep import ErrorKind, PointError

# A moment beyond this, in seconds since the epoch, is damage: the year is 5138.
_LATEST = 1e11
_DAMAGED = (ValueError, TypeError, OverflowError, RecursionError)


def is_moment(seconds: float) -> bool:
    """Return whether these are seconds since the epoch that a ledger can have written, and no damage."""
    return 0 <= seconds <= _LATEST


def request_text(request: SweepRequest) -> str:
    """Return a request as a ledger stores it: JSON, in its normal form."""
    return encode(request_document(request))


def stored_request(sweep_id: str, text: str, digest: str = "") -> SweepRequest:
    """Return the request of a stored text; raises `DependencyUnavailable` if this version cannot read it.

    The digest is that with which the sweep was recorded: a request that has it is whole, and its shape needs no check.
    """
    with suppress(Exception):
        request = own_request(json.loads(text)) if digest else None
        if request and request_digest(request) == digest:
            return request
    return _checked_request(sweep_id, text)


def _checked_request(sweep_id: str, text: str) -> SweepRequest:
    """Return the request of a text that another version wrote, or that is damaged."""
    from adapters.documents.request import read_request  # noqa: PLC0415 - by pydantic, which loads for longer

    try:
        return read_request(json.loads(text))
    except (InvalidSweep, ValueError) as error:
        raise DependencyUnavailable(f"the ledger's request of {sweep_id} cannot be read: {error}") from error


def dispatches_text(dispatches: Mapping[Dispatch, Places]) -> str:
    """Return a block's dispatches as a ledger stores them: JSON, the places of each as a hexadecimal number."""
    rows = [
        [one.kind.value, one.reason or "", one.generation, one.at, f"{places:x}"] for one, places in dispatches.items()
    ]
    return json.dumps(rows, separators=(",", ":"))


def stored_dispatches(text: str) -> dict[Dispatch, Places]:
    """Return the dispatches of a stored text; a damaged text has none."""
    found: dict[Dispatch, Places] = {}
    with suppress(*_DAMAGED):
        for code, reason, generation, at, places in json.loads(text):
            kind = OutcomeKind.read(code)
            if generation < 0 or not is_moment(at):
                continue
            why = None if kind is OutcomeKind.ACCEPTED else Reason.read(reason)
            dispatch = Dispatch(kind, why, int(generation), float(at))
            found[dispatch] = found.get(dispatch, 0) | int(places, 16)
    return found


def kinds_text(kinds: Iterable[ErrorKind]) -> str:
    """Return the kinds of a shard's errors as a ledger stores them: JSON, in ASCII."""
    rows = [[one.points, one.first.index, one.first.type, one.first.message, one.first.places] for one in kinds]
    return json.dumps(rows, separators=(",", ":"))


def stored_kinds(text: str) -> tuple[ErrorKind, ...]:
    """Return the kinds of errors of a stored text; a damaged text has none."""
    found: list[ErrorKind] = []
    with suppress(*_DAMAGED):
        for points, index, kind, message, places in json.loads(text):
            first = PointError(int(index), str(kind), str(message), tuple(map(str, places)))
            found.append(ErrorKind(first, int(points)))
    return tuple(found)
