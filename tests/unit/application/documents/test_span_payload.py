"""The dispatcher payload as it is written."""

from __future__ import annotations

import json

from application.documents.span_payload import span_payload
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo


def test_a_payload_names_sweep_span_assignment_and_what_runs_again() -> None:
    """It is compact, and the same bytes every time."""
    task = SpanTask("lab-000000000001", Span(3, range(96, 128)), "0123456789uv", Redo.POINTS)
    assert span_payload(task) == span_payload(task)
    assert b" " not in span_payload(task)
    assert json.loads(span_payload(task)) == {
        "version": 1,
        "sweep_id": "lab-000000000001",
        "span": {"number": 3, "first_block": 96, "stop_block": 128},
        "assignment": "0123456789uv",
        "redo": "points",
    }
