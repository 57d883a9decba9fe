"""The removal: takes sweeps off a machine for good."""

from __future__ import annotations

from typing import Protocol


class Removal(Protocol):
    """Removes what one folder holds of sweeps; raises `DependencyUnavailable`."""

    def size(self, sweep_id: str) -> int:
        """Return how many bytes the sweep's results have; 0 for a sweep without results."""
        ...

    def remove(self, sweep_id: str) -> None:
        """Remove a sweep's results and all that the ledger has of it; nothing happens if it is not there.

        Raises `SweepConflict` if a process is running it. If this is interrupted, a second call completes it.
        """
        ...
