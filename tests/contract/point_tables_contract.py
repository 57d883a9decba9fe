"""The rules that every `PointTables` keeps. A subclass of `PointTablesContract` with its fixtures tests a backend."""

from __future__ import annotations

from functools import partial

import pytest

from application.documents.table_chunks import chunk_of, line_of
from application.ports.point_tables import PointTables
from domain.errors import DependencyUnavailable
from tests.fakes.at_once import at_once

_DIGEST, _OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4


def _chunk(*texts: str) -> bytes:
    """Return a chunk of these texts, a row each."""
    return chunk_of([line_of([text]) for text in texts])


class PointTablesContract:
    """The rules, one a test."""

    @pytest.fixture
    def tables(self) -> PointTables:
        """Return tables of which none is stored."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, tables: PointTables) -> PointTables:
        """Return a second client of the same tables, or the same client where there can be only one."""
        return tables

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(_chunk("one"), id="short"),
            pytest.param(chunk_of([f"[{number / 7}]\n" for number in range(20_000)]), id="long"),
        ],
    )
    def test_a_chunk_is_returned_byte_for_byte(self, tables: PointTables, other: PointTables, body: bytes) -> None:
        """Every client gets the very bytes that were put."""
        tables.put(_DIGEST, 0, body)
        assert other.chunk(_DIGEST, 0) == body

    def test_a_second_put_changes_nothing(self, tables: PointTables, other: PointTables) -> None:
        """A client that puts a chunk again, or another client that does, is not refused."""
        for client in (tables, other, tables):
            client.put(_DIGEST, 0, _chunk("one"))
        assert tables.chunk(_DIGEST, 0) == _chunk("one")

    def test_of_many_at_once_one_whole_chunk_is_stored(self, tables: PointTables, other: PointTables) -> None:
        """Of eight writers of the same chunk all succeed, and the chunk is whole."""
        body = _chunk(*map(str, range(10_000)))
        at_once([partial(client.put, _DIGEST, 0, body) for client in (tables, other) * 4])
        assert tables.chunk(_DIGEST, 0) == other.chunk(_DIGEST, 0) == body

    def test_a_table_is_there_once_all_of_its_chunks_are(self, tables: PointTables, other: PointTables) -> None:
        """A first chunk is no table, and neither is a last one without those before it."""
        assert not tables.has(_DIGEST, 3)
        for number, is_there in ((0, False), (2, False), (1, True)):
            tables.put(_DIGEST, number, _chunk("one"))
            assert other.has(_DIGEST, 3) is is_there
        assert not tables.has(_DIGEST, 4)

    def test_tables_are_apart(self, tables: PointTables) -> None:
        """Each digest and number has a chunk of its own."""
        bodies = {
            (digest, number): _chunk(f"{digest} {number}")
            for digest in (_DIGEST, _OTHER)
            for number in (0, 1, 10, 999_999)
        }
        for place, body in bodies.items():
            tables.put(*place, body)
        assert {place: tables.chunk(*place) for place in bodies} == bodies

    def test_a_missing_chunk_is_unavailable_with_its_remedy(self, tables: PointTables) -> None:
        """Reading it raises an error that says what writes the table anew, whether or not other chunks are there."""
        with pytest.raises(DependencyUnavailable, match="again from its file"):
            tables.chunk(_DIGEST, 0)
        tables.put(_DIGEST, 0, _chunk("one"))
        with pytest.raises(DependencyUnavailable, match="again from its file"):
            tables.chunk(_DIGEST, 1)
