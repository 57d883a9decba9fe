"""Contract 5, the dispatcher payload: what the event of one span carries. The adapters read it back."""

from __future__ import annotations

from application.documents.compact_json import encode
from domain.space.scalars import Json
from domain.span_task import SpanTask

SPAN_PAYLOAD_VERSION = 1


def span_payload(task: SpanTask) -> bytes:
    """Return the payload of one span: with the ledger, it is all that a dispatcher needs."""
    blocks = task.span.blocks
    span: Json = {"number": task.span.number, "first_block": blocks.start, "stop_block": blocks.stop}
    return encode(
        {
            "version": SPAN_PAYLOAD_VERSION,
            "sweep_id": task.sweep_id,
            "span": span,
            "assignment": task.assignment,
            "redo": task.redo.value,
        }
    ).encode()
