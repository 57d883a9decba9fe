"""The blocks of a sweep in the ledger's SQLite file: what counts of them now, and whose dispatches are whose."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from adapters.documents.ledger_entries import dispatches_text, stored_dispatches
from adapters.local import sqlite_skips
from adapters.local.sqlite_rows import (
    BLOCKS,
    DISPATCHES,
    DISPATCHES_OF_PRESENCE,
    MARKS,
    NEW_DISPATCHES,
    NO_DISPATCHES,
    read_places,
)
from domain.block import Block, Dispatch
from domain.places import BLOCK_SHARDS, Places

Dispatches: TypeAlias = Mapping[Dispatch, Places]

# The presence of what counts for ever.
LASTING = ""
# The greatest integer of SQLite: no row has a greater number.
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Present:
    """What counts now: the moment (seconds, UTC), and which ledgers' processes are alive, each asked for once."""

    now: float
    is_alive: Callable[[str], bool]

    @classmethod
    def at(cls, now: float, is_alive: Callable[[str], bool]) -> Present:
        """Return what counts at a moment."""
        return cls(now, cache(is_alive))

    def has(self, presence: str) -> bool:
        """Return whether what was recorded with this presence still counts."""
        return presence == LASTING or self.is_alive(presence)

    def holds(self, presence: str | None, until: float | None) -> bool:
        """Return whether a claim with this presence, until that moment, still holds."""
        is_over = not isinstance(until, float) or until <= self.now
        return presence is not None and not is_over and self.is_alive(presence)


def read_blocks(database: sqlite3.Connection, sweep_id: str, numbers: range, present: Present) -> dict[int, Block]:
    """Return by number the blocks among these of which anything is known.

    What a dead process had accepted, or may have had, is not among their dispatches: it ended with the process.
    """
    if not numbers:
        return {}
    found: dict[int, Block] = {}
    for number, done, presence, until in database.execute(BLOCKS, (sweep_id, *_bounds(numbers, 1))):
        found[number] = Block(number, done=read_places(done), claimed=present.holds(presence, until))
    marks = database.execute(MARKS, (sweep_id, *_bounds(numbers, BLOCK_SHARDS)))
    for number, rows in groupby(marks, key=itemgetter(0)):
        found[number] = _marked(found.get(number) or Block(number), rows)
    for number, skipped in sqlite_skips.read(database, sweep_id, *_bounds(numbers, BLOCK_SHARDS)):
        found[number] = replace(found.get(number) or Block(number), skipped=skipped)
    dispatches = database.execute(DISPATCHES, (sweep_id, *_bounds(numbers, 1)))
    for number, rows in groupby(dispatches, key=itemgetter(0)):
        parts = (stored_dispatches(text) for _, presence, text in rows if present.has(presence))
        found[number] = replace(found.get(number) or Block(number), dispatches=_together(parts))
    return {number: block for number, block in found.items() if number in numbers}


def read_block(database: sqlite3.Connection, sweep_id: str, number: int, present: Present) -> Block:
    """Return what is known of one block."""
    return read_blocks(database, sweep_id, range(number, number + 1), present).get(number) or Block(number)


def forget_dead(database: sqlite3.Connection, sweep_id: str, number: int, present: Present) -> None:
    """Remove the dispatches of a block that ended with their process."""
    for _, presence, _ in database.execute(DISPATCHES, (sweep_id, number, number)).fetchall():
        if not present.has(presence):
            database.execute(DISPATCHES_OF_PRESENCE, (sweep_id, number, presence))


def record(database: sqlite3.Connection, sweep_id: str, block: Block, own: str) -> None:
    """Write a block's dispatches in place of the earlier ones; `own` is the presence of what is new among them."""
    earlier = database.execute(DISPATCHES, (sweep_id, block.number, block.number)).fetchall()
    recorded = {presence: stored_dispatches(text) for _, presence, text in earlier}
    database.execute(NO_DISPATCHES, (sweep_id, block.number))
    for presence, part in split(block.dispatches, recorded, own).items():
        database.execute(NEW_DISPATCHES, (sweep_id, block.number, presence, dispatches_text(part)))


def split(dispatches: Dispatches, recorded: Mapping[str, Dispatches], own: str) -> dict[str, dict[Dispatch, Places]]:
    """Return the dispatches by the presence that they end with: `own`, unless they were recorded with another before.

    What no worker can have lasts.
    """
    parts: dict[str, dict[Dispatch, Places]] = defaultdict(dict)
    for dispatch, chosen in dispatches.items():
        rest = chosen
        for presence, earlier in recorded.items():
            kept = rest & earlier.get(dispatch, 0)
            if kept:
                parts[presence][dispatch] = kept
                rest ^= kept
        if rest:
            part = parts[own if dispatch.may_run else LASTING]
            part[dispatch] = part.get(dispatch, 0) | rest
    return parts


def _bounds(numbers: range, shards: int) -> tuple[int, int]:
    """Return the first and the last number of these, counted in so many shards each."""
    first, last = sorted((numbers[0], numbers[-1]))
    return min(first * shards, _MOST), min(last * shards + shards - 1, _MOST)


def _marked(block: Block, rows: Iterable[tuple[Any, ...]]) -> Block:
    """Return a block with the marks of its rows; a damaged one counts as none."""
    errors: dict[int, dict[int, int]] = {}
    failed: dict[int, Places] = {}
    for _, is_failure, place, generation, lacking in rows:
        if not all(isinstance(one, int) and one >= 0 for one in (generation, lacking)):
            continue
        if is_failure:
            failed[generation] = failed.get(generation, 0) | 1 << place
        else:
            errors.setdefault(generation, {})[place] = lacking
    return replace(block, errors=errors, failed=failed)


def _together(parts: Iterable[Dispatches]) -> dict[Dispatch, Places]:
    found: dict[Dispatch, Places] = {}
    for part in parts:
        for dispatch, chosen in part.items():
            found[dispatch] = found.get(dispatch, 0) | chosen
    return found
