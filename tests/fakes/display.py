"""A display that remembers what it has shown."""

from __future__ import annotations

from entrypoints.cli.snapshot import Snapshot


class RecordingDisplay:
    """A `Display` for tests."""

    def __init__(self) -> None:
        """Begin with nothing shown."""
        self.shown: list[Snapshot] = []
        self.adapted = 0

    def show(self, snapshot: Snapshot) -> None:
        """Remember a snapshot."""
        self.shown.append(snapshot)

    def adapt(self) -> None:
        """Count the call."""
        self.adapted += 1
