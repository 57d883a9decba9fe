"""The rows of a stored table, and what is bound to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.bind_rows import bind_rows, bind_sweep
from application.documents.request import own_request, request_digest, request_document
from application.documents.table_chunks import CHUNK_ROWS, chunk_of, line_of
from application.stored_rows import StoredRows, bound_to
from domain.designs.replicated import Replicated
from domain.errors import DependencyUnavailable
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.point_tables import MemoryTables, Row, table_of
from tests.fakes.sweeps import sweep_of

ROWS: list[Row] = [(number, f"row {number % 7}") for number in range(2 * CHUNK_ROWS + 5)]


def _source(tables: MemoryTables) -> StoredRows:
    table = table_of(tables, ("x", "name"), ROWS)
    return StoredRows(table.table, table.rows, 2, tables)


SOURCE = _source(MemoryTables())


@given(st.data())
def test_any_range_of_rows_is_read_across_chunks(data: st.DataObject) -> None:
    """The rows are those that were stored, in their order."""
    start = data.draw(st.integers(0, len(ROWS)))
    stop = data.draw(st.integers(start, len(ROWS)))
    assert list(SOURCE.rows(start, stop)) == ROWS[start:stop]


def test_walks_side_by_side_read_each_chunk_once() -> None:
    """Two chunks are kept, so that walks which are on both sides of a border read nothing twice."""
    tables = MemoryTables()
    source = _source(tables)
    walks = [source.rows(0, len(ROWS)) for _ in range(3)]
    assert all(len(set(rows)) == 1 for rows in zip(*walks, strict=True))
    assert tables.read == [0, 1, 2]
    assert next(source.rows(CHUNK_ROWS, CHUNK_ROWS + 1)) == ROWS[CHUNK_ROWS]
    assert next(source.rows(0, 1)) == ROWS[0]
    assert tables.read == [0, 1, 2, 0]


def test_nothing_is_read_before_a_row_is_needed() -> None:
    """A bound request costs nothing until a point of it is asked for, and then one chunk."""
    tables = MemoryTables()
    request = bind_rows(SweepRequest("lab", "m:f", table_of(tables, ("x", "name"), ROWS)), tables)
    assert tables.read == []
    assert request.design.point(CHUNK_ROWS) == {"x": CHUNK_ROWS, "name": "row 1"}
    assert tables.read == [1]


def test_tasks_of_one_table_share_what_is_read() -> None:
    """A worker binds each task anew: the next shard of the same table finds the chunk that the last one read."""
    tables = MemoryTables()
    request = SweepRequest("lab", "m:f", table_of(tables, ("x", "name"), ROWS))
    for _ in range(3):
        bind_rows(request, tables).design.point(0)
    assert tables.read == [0]


def test_what_computes_its_points_is_not_bound() -> None:
    """A sweep whose points come from no file stays the very same object."""
    sweep = sweep_of(3, 1)
    assert bind_sweep(sweep, MemoryTables()) is sweep
    assert bind_rows(sweep.request, None) is sweep.request
    assert bound_to(sweep.request.design, MemoryTables()) is sweep.request.design


def test_replicates_and_a_grid_are_bound_through() -> None:
    """The points of the table are reached however the design is wrapped; the request equals the unbound one."""
    tables = MemoryTables()
    table = table_of(tables, ("x", "name"), ROWS[:3], [Parameter("mode", Values(("a", "b")))])
    request = SweepRequest("lab", "m:f", Replicated(table, 2))
    bound = bind_rows(request, tables)
    assert bound == request
    assert bound.design.point(11) == {"mode": "b", "x": 2, "name": "row 2", "replicate": 1}
    with pytest.raises(DependencyUnavailable, match="not at hand"):
        bind_rows(request, None).design.point(0)


def test_the_request_is_the_same_document_whether_it_is_bound() -> None:
    """Its digest is that of what it says, and it is read back from its normal form."""
    tables = MemoryTables()
    request = SweepRequest("lab", "m:f", table_of(tables, ("x", "name"), ROWS[:3]))
    bound = bind_rows(request, tables)
    assert request_digest(bound) == request_digest(request)
    assert own_request(request_document(bound)) == request


@pytest.mark.parametrize(
    "body", [pytest.param(b"", id="empty"), pytest.param(chunk_of([line_of((1, "a"))]), id="short")]
)
def test_a_damaged_chunk_is_named_with_its_remedy(body: bytes) -> None:
    """The message says which chunk of which table it is, and that the same command writes it anew."""
    tables = MemoryTables()
    source = _source(tables)
    ((digest, _), *_) = tables.chunks
    tables.put(digest, 1, body)
    assert next(source.rows(0, 1)) == ROWS[0]
    with pytest.raises(DependencyUnavailable, match=rf"again from its file.*\(chunk 1 of the table {digest}:"):
        next(source.rows(CHUNK_ROWS, CHUNK_ROWS + 1))


def test_a_missing_chunk_is_unavailable() -> None:
    """The error of the tables passes through: it says where the chunk should be."""
    rows: list[tuple[Scalar, ...]] = [(1, "a")]
    table = table_of(MemoryTables(), ("x", "name"), rows)
    with pytest.raises(DependencyUnavailable, match="no such chunk"):
        next(StoredRows(table.table, 1, 2, MemoryTables()).rows(0, 1))
