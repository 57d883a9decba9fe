"""Dispatchers in memory: they keep the tasks of the spans that they take over, until a test carries them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline
from domain.span_task import SpanTask
from domain.spans import Span
from domain.standing import Redo
from domain.sweep import Sweep
from tests.fakes.shard_invoker import REASONS


class QueuedDispatchers:
    """`Dispatchers` that accept every span that is not in `refused`."""

    def __init__(self, refused: dict[int, OutcomeKind] | None = None, breaks_after: int | None = None) -> None:
        """Set the outcomes of refused spans, and after how many spans `assign` raises `KeyboardInterrupt`."""
        self.refused = refused or {}
        self.breaks_after = breaks_after
        self.tasks: list[SpanTask] = []

    def assign(
        self, sweep: Sweep, spans: Sequence[Span], assignment: str, redo: Redo, _: Deadline
    ) -> Iterator[Outcome]:
        """Keep the task of each span that is accepted, or may have been, and yield its outcome."""
        for span in spans:
            if len(self.tasks) == self.breaks_after:
                raise KeyboardInterrupt
            kind = self.refused.get(span.number, OutcomeKind.ACCEPTED)
            if kind.may_run:
                self.tasks.append(SpanTask(sweep.id, span, assignment, redo))
            yield Outcome.of(span, kind, REASONS.get(kind))

    def take(self) -> list[SpanTask]:
        """Return the tasks so far, and keep them no more."""
        taken, self.tasks = self.tasks, []
        return taken
