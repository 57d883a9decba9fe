"""Keeping the table of a request where its sweep runs."""

from __future__ import annotations

import pytest

from application.bind_rows import bind_rows
from application.documents.table_chunks import CHUNK_ROWS
from application.keep_table import keep_table
from domain.designs.replicated import Replicated
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from tests.fakes.point_tables import MemoryTables, Row, table_of
from tests.fakes.sweeps import sweep_of

ROWS: list[Row] = [(number,) for number in range(CHUNK_ROWS + 1)]


def _request(tables: MemoryTables) -> SweepRequest:
    return bind_rows(SweepRequest("lab", "m:f", Replicated(table_of(tables, ("x",), ROWS), 2)), tables)


def test_all_chunks_are_stored_the_last_one_last() -> None:
    """What the request is bound to is copied; a second time changes nothing."""
    source, kept = MemoryTables(), MemoryTables()
    request = _request(source)
    for _ in range(2):
        keep_table(request, kept)
        assert kept.chunks == source.chunks
    assert [number for _, number in kept.chunks] == [0, 1]


def test_a_damaged_chunk_is_written_anew() -> None:
    """The same command mends what is damaged or gone."""
    source, kept = MemoryTables(), MemoryTables()
    request = _request(source)
    keep_table(request, kept)
    kept.chunks = dict.fromkeys(list(kept.chunks)[1:], b"")
    keep_table(request, kept)
    assert kept.chunks == source.chunks


def test_a_table_that_is_not_at_hand_must_be_stored_already() -> None:
    """A request by a digest alone runs where the table is; elsewhere it is refused before anything is written."""
    source = MemoryTables()
    request = SweepRequest("lab", "m:f", table_of(source, ("x",), ROWS))
    keep_table(request, source)
    with pytest.raises(InvalidSweep, match=r"no table that is stored here.*file") as raised:
        keep_table(request, MemoryTables())
    assert raised.value.problems[0].path == "design.table"


def test_other_requests_keep_nothing() -> None:
    """Points that are computed are in no table."""
    kept = MemoryTables()
    keep_table(sweep_of(3, 1).request, kept)
    assert not kept.chunks
