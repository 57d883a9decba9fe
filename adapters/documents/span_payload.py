"""Contract 5, the dispatcher payload: the event of one span in, a `SpanTask` out.

It is read without pydantic, which a dispatcher would load for this alone. A test holds it against the published schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from application.documents.span_payload import SPAN_PAYLOAD_VERSION
from domain.errors import InvalidSweep, MalformedSweep
from domain.space.names import SWEEP_ID
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo

ASSIGNMENT_ID = r"^[A-Za-z0-9]{1,64}$"
# A ledger reads so many blocks by their keys at once, and a dispatcher may not query.
MOST_BLOCKS = 100
_PAYLOAD = {"version", "sweep_id", "span", "assignment", "redo"}
_SPAN = {"number", "first_block", "stop_block"}
_REDO = {redo.value: redo for redo in Redo}


def read_span_task(document: Any) -> SpanTask:  # noqa: ANN401 - an event may carry any document
    """Return the task of a payload; raises `MalformedSweep` for its shape, `InvalidSweep` for what no shape can say."""
    _check_keys(document, _PAYLOAD, "")
    span = document["span"]
    _check_keys(span, _SPAN, "span")
    counts = {f"span.{name}": _is_count(span[name]) for name in sorted(_SPAN)}
    version, redo = document["version"], document["redo"]
    checks = {
        # In Python true and 1.0 equal 1, but the schema accepts neither.
        "version": type(version) is int and version == SPAN_PAYLOAD_VERSION,
        "sweep_id": _matches(SWEEP_ID, document["sweep_id"]),
        **counts,
        "assignment": _matches(ASSIGNMENT_ID, document["assignment"]),
        "redo": isinstance(redo, str) and redo in _REDO,
    }
    for path, is_right in checks.items():
        if not is_right:
            raise MalformedSweep.at(path, "is not what this dispatcher understands")
    blocks = range(span["first_block"], span["stop_block"])
    # Of a range without bounds, Python has no length.
    if not 0 < blocks.stop - blocks.start <= MOST_BLOCKS:
        raise InvalidSweep.at("span", f"has no block, or more than {MOST_BLOCKS}")
    return SpanTask(document["sweep_id"], Span(span["number"], blocks), document["assignment"], _REDO[redo])


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """The sweep, the number and the assignment of a span."""

    sweep_id: str
    number: int
    assignment: str


def named_span(document: object) -> NamedSpan | None:
    """Return the span that a document names, which need not be a payload; None if it names none."""
    match document:
        case {"sweep_id": sweep_id, "span": {"number": number}, "assignment": assignment}:
            if _is_count(number) and _matches(SWEEP_ID, sweep_id) and _matches(ASSIGNMENT_ID, assignment):
                return NamedSpan(sweep_id, number, assignment)
    return None


def _check_keys(part: object, known: set[str], path: str) -> None:
    if not isinstance(part, dict) or part.keys() != known:
        raise MalformedSweep.at(path, f"must be a mapping; its keys are {', '.join(sorted(known))}")


def _is_count(value: object) -> TypeGuard[int]:
    # In Python true is an integer.
    return type(value) is int and value >= 0


def _matches(pattern: str, value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
