"""A runner without a process: it runs a sweep to its end before it reports how the run began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.engine import OnCounts
from application.ports.runner import Begun
from application.run_sweep import Beginning, RunSweep
from domain.dispatch_policy import Deadline
from domain.request import SweepRequest
from domain.standing import Redo


class InlineRunner:
    """A `Runner` over the use case that a runner's process calls."""

    def __init__(self, run_sweep: RunSweep) -> None:
        """Run sweeps by this use case."""
        self._run_sweep = run_sweep
        self._beginnings: list[Beginning] = []

    def submit(self, request: SweepRequest, key: str, _: Deadline) -> Begun:
        """Run the sweep of a key."""
        self._run_sweep(request, self._watch, Redo.NOTHING, key)
        return self._begun()

    def retry(self, sweep_id: str, _: Deadline) -> Begun:
        """Run a sweep again."""
        self._run_sweep.again(sweep_id, self._watch)
        return self._begun()

    @contextmanager
    def _watch(self, beginning: Beginning) -> Iterator[OnCounts]:
        self._beginnings.append(beginning)
        yield lambda _: None

    def _begun(self) -> Begun:
        beginning = self._beginnings[-1]
        return Begun(beginning.before.head.id, not beginning.is_new, beginning.queued)
