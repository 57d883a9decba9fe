"""Use case: remove sweeps that are not needed any more, with their results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from application.ports.removal import Removal
from domain.sweep import SweepHead


@dataclass(frozen=True, slots=True)
class Removable:
    """A sweep that can be removed, and how many bytes of results that would free."""

    head: SweepHead
    size: int


@dataclass(frozen=True, slots=True)
class RemoveSweeps:
    """Says what a removal would free, and removes."""

    removal: Removal

    def weigh(self, heads: Iterable[SweepHead]) -> Sequence[Removable]:
        """Return what the removal of each of these sweeps would free; removes nothing."""
        return [Removable(head, self.removal.size(head.id)) for head in heads]

    def __call__(self, sweep_id: str) -> None:
        """Remove one sweep; raises `SweepConflict` if a process is running it."""
        self.removal.remove(sweep_id)
