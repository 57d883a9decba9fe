"""Contract 6: the chunks of a table."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.documents.result_lines import pack
from application.documents.table_chunks import (
    CHUNK_ROWS,
    TableDigest,
    chunk_count,
    chunk_name,
    chunk_of,
    chunk_rows,
    line_of,
    lines_of,
    table_prefix,
)
from domain.space.scalars import Scalar
from tests.fakes.spaces import scalars


@given(st.lists(st.tuples(scalars, scalars), min_size=1, max_size=20))
def test_a_chunk_returns_its_rows(rows: list[tuple[Scalar, ...]]) -> None:
    """Every value comes back with its type, and the lines are those that any JSON library reads."""
    body = chunk_of(list(map(line_of, rows)))
    found = chunk_rows(body, 0, len(rows), 2)
    assert found == tuple(rows)
    assert [list(map(type, row)) for row in found] == [list(map(type, row)) for row in rows]
    assert [json.loads(line) for line in gzip.decompress(body).splitlines()] == [list(row) for row in rows]


@given(st.lists(st.tuples(scalars), max_size=9), st.data())
def test_the_digest_is_that_of_the_text(rows: list[tuple[Scalar, ...]], data: st.DataObject) -> None:
    """It is the SHA-256 of the names and the rows, however the lines are cut, and tells other names apart."""
    lines = list(map(line_of, rows))
    text = '["x"]\n' + "".join(lines)
    cut = data.draw(st.integers(0, len(lines)))
    digest, other = TableDigest(["x"]), TableDigest(["y"])
    for part in (lines[:cut], lines[cut:]):
        digest.add("".join(part))
        other.add("".join(part))
    assert digest.hexadecimal() == hashlib.sha256(text.encode()).hexdigest() != other.hexadecimal()


@given(st.lists(st.tuples(scalars, scalars), min_size=1, max_size=20))
def test_columns_have_the_lines_of_their_rows(rows: list[tuple[Scalar, ...]]) -> None:
    """It is the same text, made in another order."""
    assert lines_of(list(zip(*rows, strict=True))) == list(map(line_of, rows))


def test_chunks_have_4096_rows_but_the_last() -> None:
    """The size of a table says how many chunks it has; each name sorts after the one before it."""
    assert [chunk_count(rows) for rows in (1, 4096, 4097, 10**6)] == [1, 1, 2, 245]
    lines = [line_of((number,)) for number in range(CHUNK_ROWS + 1)]
    assert chunk_rows(chunk_of(lines[CHUNK_ROWS:]), 1, len(lines), 1) == ((CHUNK_ROWS,),)
    assert (table_prefix("ab"), chunk_name(7)) == ("tables/ab", "000007.jsonl.gz")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no gzip", id="no gzip"),
        pytest.param(pack(["[1,2]\n", "[3,4]\n"])[:-4], id="cut off"),
        pytest.param(pack(["[1,2]\n"]), id="a row is missing"),
        pytest.param(pack(["[1,2]\n"] * 3), id="a row too many"),
        pytest.param(pack(["[1,2]\n", "[3]\n"]), id="a narrow row"),
        pytest.param(pack(["[1,2]\n", "{}\n"]), id="no list"),
        pytest.param(pack(["[1,2]\n", "[3,\n"]), id="no JSON"),
        pytest.param(gzip.compress(b'[1,2]\n[3,"\xff"]\n'), id="no UTF-8"),
        pytest.param(zlib.compress(b"[1,2]\n[3,4]\n"), id="no header"),
    ],
)
def test_a_damaged_chunk_is_refused(body: bytes) -> None:
    """What is not exactly the rows that the table says is a `ValueError`, whatever it is."""
    with pytest.raises(ValueError, match=r"cannot be read|does not have 2 rows of 2 values"):
        chunk_rows(body, 0, 2, 2)


def test_lines_by_column_are_those_of_each_row() -> None:
    """Whether a column has one type of value or several."""
    columns: list[list[Scalar]] = [[1, 2.5], [True, None], ["a", 'b"'], [True, 1], [None, "c"], [-0.0, 1e300]]
    assert lines_of(columns) == [line_of(row) for row in zip(*columns, strict=True)]
