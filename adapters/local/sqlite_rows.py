"""The tables of the ledger's SQLite file, the statements for them, and the domain's values as rows."""

# ruff: noqa: S608 - the names of the columns are written in this file

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from adapters.documents.ledger_entries import is_moment, kinds_text, request_text, stored_kinds, stored_request
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.places import BLOCK_SHARDS, Places
from domain.plan import Plan
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep, SweepHead

Row = tuple[object, ...]

# `size` and `shards` are hexadecimal, as they have no bound. The request comes last: a listing does not read so far.
# `done` holds the shards that are done for good, as the bytes of a `Places`. What was dispatched of a block is in a row
# for each ledger that may have it, as it ends with its process. `ends` has of each shard the last end with results in
# which points have no value, and the last failure. `runs` has the last run of each sweep, `latest` the sweep that the
# last command dealt with. `assigned` has the spans of assignments, and `undelivered` why others were not delivered.
# `skipped` has of each shard how many points were skipped, if any were.
SPANS = (
    """CREATE TABLE assigned (
        sweep_id TEXT NOT NULL, span INTEGER NOT NULL, assignment TEXT NOT NULL, until REAL NOT NULL,
        PRIMARY KEY (sweep_id, span, assignment)) WITHOUT ROWID""",
    """CREATE TABLE undelivered (
        sweep_id TEXT NOT NULL, span INTEGER NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (sweep_id, span)) WITHOUT ROWID""",
)
SKIPPED = (
    """CREATE TABLE skipped (
        sweep_id TEXT NOT NULL, shard INTEGER NOT NULL, points INTEGER NOT NULL,
        PRIMARY KEY (sweep_id, shard)) WITHOUT ROWID""",
)
SCHEMA = (
    """CREATE TABLE sweeps (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL, created_at REAL NOT NULL, size TEXT NOT NULL, shards TEXT NOT NULL,
        cancelled INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL)""",
    "CREATE INDEX sweeps_by_time ON sweeps (created_at)",
    """CREATE TABLE blocks (
        sweep_id TEXT NOT NULL, number INTEGER NOT NULL, done BLOB NOT NULL DEFAULT x'',
        claim_owner TEXT, claim_presence TEXT, claim_until REAL, PRIMARY KEY (sweep_id, number)) WITHOUT ROWID""",
    """CREATE TABLE dispatches (
        sweep_id TEXT NOT NULL, number INTEGER NOT NULL, presence TEXT NOT NULL, dispatches TEXT NOT NULL,
        PRIMARY KEY (sweep_id, number, presence)) WITHOUT ROWID""",
    """CREATE TABLE ends (
        sweep_id TEXT NOT NULL, shard INTEGER NOT NULL, failed INTEGER NOT NULL, generation INTEGER NOT NULL,
        errors INTEGER NOT NULL, points INTEGER, kinds TEXT, reason TEXT, message TEXT, attempts INTEGER,
        PRIMARY KEY (sweep_id, shard, failed)) WITHOUT ROWID""",
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT, sweep_id TEXT NOT NULL, digest TEXT NOT NULL,
        sources TEXT NOT NULL, import_paths TEXT NOT NULL DEFAULT '[]', started_in TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX runs_by_digest ON runs (digest, number)",
    "CREATE TABLE latest (only INTEGER PRIMARY KEY CHECK (only = 0), sweep_id TEXT NOT NULL)",
    *SPANS,
    *SKIPPED,
)

_SWEEP = "id, key, digest, request, created_at"
_HEAD = "id, size, shards, created_at"
NEW_SWEEP = f"INSERT INTO sweeps ({_SWEEP}, size, shards) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
SWEEP_OF_KEY = f"SELECT {_SWEEP} FROM sweeps WHERE key = ?"
SWEEP_OF_ID = f"SELECT {_SWEEP} FROM sweeps WHERE id = ?"
HEAD_OF_ID = f"SELECT {_HEAD} FROM sweeps WHERE id = ?"
CANCELLED = "SELECT cancelled FROM sweeps WHERE id = ?"
CANCEL = "UPDATE sweeps SET cancelled = 1 WHERE id = ?"
_NEWEST = "ORDER BY created_at DESC, number DESC LIMIT ?"
NEWEST_HEADS = f"SELECT number, {_HEAD} FROM sweeps {_NEWEST}"
HEADS_BEFORE = f"""
SELECT number, {_HEAD} FROM sweeps
WHERE (created_at, number) < (SELECT created_at, number FROM sweeps WHERE number = ?) {_NEWEST}"""

# These three read a range of blocks, or of their shards, both ends included.
BLOCKS = """
SELECT number, done, claim_presence, claim_until FROM blocks
WHERE sweep_id = ? AND number BETWEEN ? AND ?"""
DISPATCHES = """
SELECT number, presence, dispatches FROM dispatches
WHERE sweep_id = ? AND number BETWEEN ? AND ? ORDER BY number"""
MARKS = f"""
SELECT shard / {BLOCK_SHARDS}, failed, shard % {BLOCK_SHARDS}, generation, errors FROM ends
WHERE sweep_id = ? AND shard BETWEEN ? AND ? ORDER BY shard"""

CLAIM = "SELECT claim_owner, claim_presence, claim_until FROM blocks WHERE sweep_id = ? AND number = ?"
NEW_CLAIM = """
INSERT INTO blocks (claim_owner, claim_presence, claim_until, sweep_id, number) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET claim_owner = excluded.claim_owner, claim_presence = excluded.claim_presence,
    claim_until = excluded.claim_until"""
END_OF_CLAIM = """
UPDATE blocks SET claim_owner = NULL, claim_presence = NULL, claim_until = NULL
WHERE sweep_id = ? AND number = ? AND claim_owner = ?"""
NEW_DISPATCHES = "INSERT INTO dispatches (sweep_id, number, presence, dispatches) VALUES (?, ?, ?, ?)"
NO_DISPATCHES = "DELETE FROM dispatches WHERE sweep_id = ? AND number = ?"
DISPATCHES_OF_PRESENCE = f"{NO_DISPATCHES} AND presence = ?"
DONE = "SELECT done FROM blocks WHERE sweep_id = ? AND number = ?"
NEW_DONE = """
INSERT INTO blocks (sweep_id, number, done) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET done = excluded.done"""
_END = "shard, failed, generation, errors, points, kinds, reason, message, attempts"
# An end of an earlier generation replaces none; of two ends of one generation, the one with fewer errors stays. A
# damaged one, whose numbers are text, is replaced: to SQLite, any text is more than any number.
NEW_END = f"""
INSERT INTO ends (sweep_id, {_END}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    generation = excluded.generation, errors = excluded.errors, points = excluded.points, kinds = excluded.kinds,
    reason = excluded.reason, message = excluded.message, attempts = excluded.attempts
WHERE typeof(ends.generation) != 'integer' OR typeof(ends.errors) != 'integer'
    OR (excluded.generation, -excluded.errors) >= (ends.generation, -ends.errors)"""
_SKIPPED_IN = "SELECT points FROM skipped WHERE skipped.sweep_id = ends.sweep_id AND skipped.shard = ends.shard"
ENDS = f"SELECT {_END}, ({_SKIPPED_IN}) FROM ends WHERE sweep_id = ? AND shard = ? ORDER BY failed"
NO_RESULTS = "DELETE FROM ends WHERE sweep_id = ? AND shard = ? AND failed = 0"
ASSIGNED = "SELECT span, until FROM assigned WHERE sweep_id = ?"
UNDELIVERED = "SELECT span, reason FROM undelivered WHERE sweep_id = ?"
IS_ASSIGNED = "SELECT 1 FROM assigned WHERE sweep_id = ? AND span = ? AND assignment = ?"
NEW_ASSIGNED = """
INSERT INTO assigned (sweep_id, span, assignment, until) SELECT id, ?, ?, ? FROM sweeps WHERE id = ?
ON CONFLICT DO UPDATE SET until = excluded.until"""
PROLONGED = "UPDATE assigned SET until = ? WHERE sweep_id = ? AND assignment = ?"
NOT_ASSIGNED = "DELETE FROM assigned WHERE sweep_id = ? AND span = ? AND assignment = ?"
NEW_UNDELIVERED = "INSERT INTO undelivered (sweep_id, span, reason) VALUES (?, ?, ?)"
NOT_UNDELIVERED = "DELETE FROM undelivered WHERE sweep_id = ? AND span = ?"
# Of the processes that have something of a sweep.
PRESENCES = """
SELECT claim_presence FROM blocks WHERE sweep_id = :id AND claim_presence IS NOT NULL
UNION SELECT presence FROM dispatches WHERE sweep_id = :id AND presence != ''"""

_HEXADECIMAL = 16
_PLACES_BYTES = BLOCK_SHARDS // 8
_DAMAGED = (ValueError, TypeError, AttributeError, OverflowError)


def sweep_row(sweep: Sweep) -> Row:
    """Return the values for `NEW_SWEEP`."""
    return sweep.id, sweep.key, sweep.digest, request_text(sweep.request), sweep.created_at, *plan_row(sweep.plan)


def read_sweep(row: Sequence[Any]) -> Sweep:
    """Return the sweep of its five columns; raises `DependencyUnavailable` if this version cannot read its request."""
    sweep_id, key, digest, request, created_at = row
    with _damage_of(sweep_id, "entry"):
        return Sweep(sweep_id, key, digest, stored_request(sweep_id, request, digest), _moment(created_at))


def plan_row(plan: Plan) -> tuple[str, str]:
    """Return the columns `size` and `shards`."""
    return f"{plan.size:x}", f"{plan.shards:x}"


def read_head(row: Sequence[Any]) -> SweepHead:
    """Return the head in a row of `HEAD_OF_ID`; raises `DependencyUnavailable` if its plan is damaged."""
    sweep_id, size, shards, created_at = row
    with _damage_of(sweep_id, "plan"):
        plan = Plan(int(size, _HEXADECIMAL), int(shards, _HEXADECIMAL))
    with _damage_of(sweep_id, "entry"):
        return SweepHead(sweep_id, plan, _moment(created_at))


def read_heads(rows: Iterable[Sequence[Any]]) -> Iterator[SweepHead]:
    """Yield the heads in rows of `HEAD_OF_ID`, without the damaged ones."""
    for row in rows:
        with suppress(DependencyUnavailable):
            yield read_head(row)


def places_bytes(chosen: Places) -> bytes:
    """Return a set of a block's places as the column `done`."""
    return chosen.to_bytes(_PLACES_BYTES, "big")


def read_places(stored: object) -> Places:
    """Return the places in a column `done`; none are in a damaged one, or before the first shard is done."""
    if isinstance(stored, bytes) and len(stored) == _PLACES_BYTES:
        return int.from_bytes(stored, "big")
    return 0


def end_row(end: ShardEnd) -> Row:
    """Return the values for `NEW_END` after the sweep's id."""
    if isinstance(end, ShardFailed):
        return end.number, 1, end.generation, 0, None, None, end.reason.value, end.message, end.attempts
    return end.number, 0, end.generation, end.errors, end.values, kinds_text(end.kinds), None, None, None


def read_ends(rows: Iterable[Sequence[Any]]) -> Iterator[ShardEnd]:
    """Yield the ends of shards in rows of `ENDS`, without the damaged ones."""
    for row in rows:
        with suppress(*_DAMAGED):
            yield _read_end(row)


def _read_end(row: Sequence[Any]) -> ShardEnd:
    shard, failed, generation, errors, points, kinds, reason, message, attempts, skipped = row
    if failed:
        return ShardFailed(shard, Reason.read(reason), message, int(attempts), int(generation))
    return ShardDone(shard, int(points), int(errors), stored_kinds(kinds), int(generation), int(skipped or 0))


def _moment(stored: object) -> float:
    """Return the moment in a column; raises `ValueError` for a damaged one."""
    if not isinstance(stored, float) or not is_moment(stored):
        raise ValueError(f"{stored!r} is no moment")
    return stored


@contextmanager
def _damage_of(sweep_id: str, part: str) -> Iterator[None]:
    """Raise `DependencyUnavailable` where this part of a sweep is damaged."""
    try:
        yield
    except (InvalidSweep, *_DAMAGED) as error:
        raise DependencyUnavailable(f"the ledger's {part} of {sweep_id} cannot be read: {error}") from error
