"""The runs in memory; they pass the contract suite."""

from __future__ import annotations

from application.ports.runs import Run


class MemoryRuns:
    """A `Runs` in a list."""

    def __init__(self) -> None:
        """Start empty."""
        self._runs: list[Run] = []
        self._latest: str | None = None

    def begin(self, run: Run) -> None:
        """Remember a run, and its sweep as the latest."""
        self._runs.append(run)
        self._latest = run.sweep_id

    def of(self, sweep_id: str) -> Run | None:
        """Return the last run of a sweep."""
        return next((run for run in reversed(self._runs) if run.sweep_id == sweep_id), None)

    def last_of(self, digest: str) -> Run | None:
        """Return the last run of a request with this digest."""
        return next((run for run in reversed(self._runs) if run.digest == digest), None)

    def deal_with(self, sweep_id: str) -> None:
        """Remember a sweep as the latest."""
        self._latest = sweep_id

    def latest(self) -> str | None:
        """Return the latest sweep."""
        return self._latest
