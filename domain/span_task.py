"""The task of one dispatcher."""

from __future__ import annotations

from dataclasses import dataclass

from domain.spans import Span
from domain.standing import Redo


@dataclass(frozen=True, slots=True)
class SpanTask:
    """A span of a sweep, the id of its assignment to a dispatcher, and which shards run again."""

    sweep_id: str
    span: Span
    assignment: str
    redo: Redo
