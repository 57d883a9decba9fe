"""The lines of result objects in a database on disk, for queries: every object is read once, however many there are.

DuckDB would read the objects itself, but anew for each query, and ten thousand of them at half the speed of a hundred.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from adapters.report.coverage import Audit, Coverage
from adapters.report.result_objects import StrPath, blocks, check_lines
from application.documents.compact_json import encode
from application.documents.result_lines import SKIPPED
from domain.errors import DependencyUnavailable
from domain.space.scalars import Json

# In bytes. So much text is between the objects and the database at a time.
_PIECE = 64 << 20
_MEMORY = "512MB"
# Each needs memory of its own.
_THREADS = 4
# Values are read as JSON, because DuckDB would guess their type from the first few.
_LINES = "format = 'newline_delimited', columns = {index: 'BIGINT', point: 'JSON', value: 'JSON', error: 'JSON'}"


@dataclass(frozen=True, slots=True)
class SpooledLines:
    """A database with the view `lines` of `index`, `point`, `constants`, `value` and `error`, and their coverage."""

    database: duckdb.DuckDBPyConnection
    coverage: Coverage


@contextmanager
def spooled_lines(
    paths: Sequence[StrPath], constants: Mapping[str, Json], folder: StrPath | None = None
) -> Iterator[SpooledLines]:
    """Yield the lines of result objects, for as long as the block lasts, from a file below `folder`.

    Without a folder it is the one for temporary files. Raises `DependencyUnavailable` for a damaged object, and for
    what goes wrong inside the block with the database or a file, such as a full disk.
    """
    with _translated(), _database(folder) as (database, piece):
        coverage = _fill(database, paths, piece)
        literal = text_literal(encode(dict(constants)))
        database.execute(f"CREATE VIEW lines AS SELECT *, {literal}::JSON AS constants FROM read")
        yield SpooledLines(database, coverage)


def text_literal(value: str) -> str:
    """Return a text in SQL."""
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def _database(folder: StrPath | None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Yield an empty table `read` in a database that lasts as long as the block, and the path of a file beside it."""
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".sweep-table-", dir=folder)))
        threads = min(_THREADS, os.cpu_count() or 1)
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": _MEMORY, "threads": threads}
        database = stack.enter_context(duckdb.connect(spool / "lines.duckdb", config=config))
        # The file is removed then; that it be complete would take time, and space on a full disk.
        database.execute("PRAGMA disable_checkpoint_on_shutdown")
        database.execute("CREATE TABLE read (index BIGINT, point JSON, value JSON, error JSON)")
        yield database, spool / "piece.jsonl"


def _fill(database: duckdb.DuckDBPyConnection, paths: Sequence[StrPath], piece: Path) -> Coverage:
    """Insert the lines piece by piece, so that no copy of all of their text is on the disk.

    A point that was skipped is no row.
    """
    audit = Audit()
    try:
        for longest in _pieces(_evaluated(blocks(paths, audit)), piece):
            options = f"{_LINES}, maximum_object_size = {longest}"
            database.execute(f"INSERT INTO read SELECT * FROM read_json({text_literal(str(piece))}, {options})")
    except duckdb.InvalidInputException:
        # DuckDB knows the piece alone.
        check_lines(paths)
        raise
    return audit.coverage()


def _evaluated(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the blocks without the lines of points that were skipped, and none that has no other."""
    for block in blocks:
        kept = block
        if SKIPPED in block:
            kept = b"".join(line for line in block.splitlines(keepends=True) if not line.endswith(SKIPPED))
        if kept:
            yield kept


def _pieces(blocks: Iterator[bytes], piece: Path) -> Iterator[int]:
    """Write block after block to the file, and yield each time that it is full: the length of its longest block.

    No line is longer. DuckDB's buffers are, and each of its threads has some.
    """
    for first in blocks:
        with piece.open("wb") as file:
            written = longest = file.write(first)
            while written < _PIECE and (block := next(blocks, b"")):
                longest = max(longest, len(block))
                written += file.write(block)
        yield longest


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise DependencyUnavailable(f"the table cannot be made: {error}") from error
