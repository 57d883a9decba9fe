"""The map of a sweep's shards: a letter a cell, for people who watch it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import starmap

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
        standings = (_sets(block.standing(plan, since)) for block in history)
        sets = dict(zip(LETTERS, starmap(_bits, zip(*standings, strict=True)), strict=True))
        per_cell = _per_cell(plan.shards, cells)
        return cls(per_cell, _merged(sets, plan.shards, per_cell))

    def at_most(self, cells: int) -> ShardMap:
        """Return the same map with at most so many cells, several of these in one."""
        merged = _per_cell(len(self.cells), cells)
        # As bits, a 1 where a cell has the letter.
        sets = {letter: "".join("01"[cell == letter] for cell in self.cells) for letter in set(self.cells)}
        return ShardMap(self.shards_per_cell * merged, _merged(sets, len(self.cells), merged))


def _per_cell(count: int, cells: int) -> int:
    return max(1, -(-count // max(cells, 1)))


def _merged(sets: dict[str, str], count: int, per_cell: int) -> str:
    """Return for each cell the first letter whose bits have a 1 among so many; `find` is far faster than a loop."""
    return "".join(
        next(
            letter
            for letter in LETTERS
            if letter in sets and sets[letter].find("1", first, min(first + per_cell, count)) >= 0
        )
        for first in range(0, count, per_cell)
    )


def _sets(standing: Standing) -> tuple[Places, ...]:
    """Return the shards of a block by where they stand, in the order of the letters."""
    return (
        standing.failed,
        standing.overdue,
        standing.partial,
        standing.running,
        standing.undispatched,
        standing.done,
    )


def _bits(*blocks: Places) -> str:
    """Return the bits of a set of shards as text, the first shard's first, from its parts by block."""
    return "".join(f"{chosen:0{BLOCK_SHARDS}b}"[::-1] for chosen in blocks)
