"""The map of a sweep's shards: a letter a cell, for people who watch it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from domain.places import BLOCK_SHARDS, Places
from domain.progress import History
from domain.standing import Standing

# What a cell of several shards shows: the first of these that one of its shards is.
LETTERS = {
    "F": "failed",
    "O": "overdue",
    "E": "done, with errors",
    "R": "running",
    ".": "not dispatched",
    "D": "done",
}


@dataclass(frozen=True, slots=True)
class ShardMap:
    """The shards of a sweep in order, `shards_per_cell` to a cell (the last cell may have fewer), a letter each."""

    shards_per_cell: int
    cells: str

    @classmethod
    def of(cls, history: History, since: float, cells: int) -> ShardMap:
        """Return the map with at most so many cells; a dispatch before `since` (seconds, UTC) without end is lost."""
        plan = history.head.plan
        per_cell = max(1, -(-plan.shards // max(cells, 1)))
        shards = (
            (block.number * BLOCK_SHARDS + place, letter)
            for block in history
            for place, letter in enumerate(
                _letters(block.standing(plan, since), plan.shards - block.number * BLOCK_SHARDS)
            )
        )
        order = list(LETTERS)
        found = groupby(shards, key=lambda one: one[0] // per_cell)
        return cls(per_cell, "".join(min((letter for _, letter in cell), key=order.index) for _, cell in found))


def _letters(standing: Standing, left: int) -> str:
    """Return a letter for each shard of a block, of a plan that has so many shards from the block on."""
    sets: dict[str, Places] = {
        "F": standing.failed,
        "O": standing.overdue,
        "E": standing.partial,
        "R": standing.running,
        ".": standing.undispatched,
        "D": standing.done,
    }
    chosen = range(min(left, BLOCK_SHARDS))
    return "".join(next(letter for letter, places in sets.items() if places >> place & 1) for place in chosen)
