"""The points that were skipped, in the ledger's SQLite file: how many of each shard, if there are any."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from domain.places import BLOCK_SHARDS
from domain.sweep import ShardEnd, ShardFailed

# Of a range of shards, both ends included.
_SKIPS = f"""
SELECT shard / {BLOCK_SHARDS}, shard % {BLOCK_SHARDS}, points FROM skipped
WHERE sweep_id = ? AND shard BETWEEN ? AND ? ORDER BY shard"""  # noqa: S608 - a number of ours
# Every run of a shard skips as many points. Of two counts that differ, which is damage, the smaller one stays.
_NEW_SKIPS = """
INSERT INTO skipped (sweep_id, shard, points) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET points = min(points, excluded.points)"""
_NO_SKIPS = "DELETE FROM skipped WHERE sweep_id = ? AND shard = ?"


def read(database: sqlite3.Connection, sweep_id: str, first: int, last: int) -> Iterator[tuple[int, Mapping[int, int]]]:
    """Yield by block, of the shards `first..last`, how many points were skipped by place; a damaged count is none."""
    for number, rows in groupby(database.execute(_SKIPS, (sweep_id, first, last)), key=itemgetter(0)):
        yield number, {place: points for _, place, points in rows if isinstance(points, int) and points > 0}


def mark(database: sqlite3.Connection, sweep_id: str, end: ShardEnd) -> None:
    """Write how many points a shard's end skipped, if it skipped any."""
    if not isinstance(end, ShardFailed) and end.skipped:
        database.execute(_NEW_SKIPS, (sweep_id, end.number, end.skipped))


def forget(database: sqlite3.Connection, sweep_id: str, shard: int) -> None:
    """Remove the count of a shard."""
    database.execute(_NO_SKIPS, (sweep_id, shard))
