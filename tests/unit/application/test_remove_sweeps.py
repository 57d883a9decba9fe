"""Removing sweeps: what would be freed is said before anything is removed."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.remove_sweeps import Removable, RemoveSweeps
from domain.plan import Plan
from domain.sweep import SweepHead

_HEADS = [SweepHead(name, Plan(2, 1), 0.0) for name in ("a-1", "b-1")]


@dataclass
class MemoryRemoval:
    """A removal of sweeps that are held in memory by the size of their results."""

    sizes: dict[str, int] = field(default_factory=lambda: {"a-1": 5, "b-1": 7})

    def size(self, sweep_id: str) -> int:
        """Return the size of a sweep's results."""
        return self.sizes.get(sweep_id, 0)

    def remove(self, sweep_id: str) -> None:
        """Forget a sweep."""
        self.sizes.pop(sweep_id, None)


def test_sweeps_are_weighed_before_they_are_removed() -> None:
    """Weighing removes nothing; removing takes one sweep alone."""
    removal = MemoryRemoval()
    remove = RemoveSweeps(removal)
    assert remove.weigh(_HEADS) == [Removable(_HEADS[0], 5), Removable(_HEADS[1], 7)]
    assert removal.sizes == {"a-1": 5, "b-1": 7}
    remove("a-1")
    assert removal.sizes == {"b-1": 7}
