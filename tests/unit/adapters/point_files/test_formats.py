"""The same rows in any format are the same table."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.point_files.packed_table import PackedTable
from adapters.point_files.point_file import read_point_file
from application.documents.compact_json import encode
from application.documents.table_chunks import CHUNK_ROWS, chunk_count
from domain.space.scalars import Scalar
from tests.fakes.point_files import rows_in, write_csv, write_json_lines, write_parquet
from tests.fakes.point_tables import Row
from tests.fakes.spaces import floats, integers, names, texts

WRITERS = {"csv": write_csv, "jsonl": write_json_lines, "ndjson": write_json_lines, "parquet": write_parquet}
# In CSV a text is known from a number by what is in it.
COLUMNS: list[st.SearchStrategy[Scalar]] = [integers, floats, st.booleans(), texts.map("t{}".format), st.none()]
in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    """Return names and rows, each column of one type and with nulls."""
    columns = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5))
    labels = draw(st.lists(names, min_size=len(columns), max_size=len(columns), unique=True))
    row = st.tuples(*(column | st.none() for column in columns))
    return labels, draw(st.lists(row, min_size=1, max_size=8))


def _read(folder: Path, kind: str, labels: list[str], rows: list[Row]) -> PackedTable:
    return read_point_file(WRITERS[kind](folder / f"points.{kind}", labels, rows))


@in_one_folder
@given(tables())
def test_the_same_rows_are_the_same_table(tmp_path: Path, table: tuple[list[str], list[Row]]) -> None:
    """In every format: the same values of the same types, the same kinds of columns and the same digest."""
    labels, rows = table
    found = {kind: _read(tmp_path, kind, labels, rows) for kind in WRITERS}
    first = found["jsonl"]
    text = "".join(f"{encode([*row])}\n" for row in (labels, *rows))
    assert first.digest == hashlib.sha256(text.encode()).hexdigest()
    for one in found.values():
        assert (one.digest, one.columns, one.rows) == (first.digest, first.columns, len(rows))
        assert [[(type(value), value) for value in row] for row in rows_in(one)] == [
            [(type(value), value) for value in row] for row in rows
        ]


@pytest.mark.parametrize("kind", WRITERS)
def test_it_is_said_how_far_the_reading_is(tmp_path: Path, kind: str) -> None:
    """At every few thousand rows, up to the end of the file."""
    path = WRITERS[kind](tmp_path / f"points.{kind}", ["x"], [(x,) for x in range(3 * CHUNK_ROWS + 1)])
    steps: list[tuple[int, int]] = []
    read_point_file(path, lambda done, total: steps.append((done, total)))
    assert len(steps) >= 4
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] > 0
    assert len({total for _, total in steps}) == 1


@in_one_folder
@given(tables())
def test_csv_has_what_the_library_reads(tmp_path: Path, table: tuple[list[str], list[Row]]) -> None:
    """Each value is that of the cell which Python's own reader has in its place."""
    labels, rows = table
    path = write_csv(tmp_path / "points.csv", labels, rows)
    with path.open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    found = [dict(zip(labels, row, strict=True)) for row in rows_in(read_point_file(path))]
    for point, row in zip(found, cells, strict=True):
        for name, value in point.items():
            assert (value is None) == (row[name] == "")
            assert value is None or str(value).lower() == row[name].lower() or value == float(row[name])


@in_one_folder
@given(tables())
def test_parquet_has_what_the_library_reads(tmp_path: Path, table: tuple[list[str], list[Row]]) -> None:
    """Each row is that of pyarrow's own reader."""
    labels, rows = table
    path = write_parquet(tmp_path / "points.parquet", labels, rows)
    found = [dict(zip(labels, row, strict=True)) for row in rows_in(read_point_file(path))]
    assert found == pq.read_table(path).to_pylist()


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("size", [1, CHUNK_ROWS, CHUNK_ROWS + 1])
def test_rows_are_packed_chunk_by_chunk(tmp_path: Path, kind: str, size: int) -> None:
    """A chunk is full before the next one begins, however the file is read."""
    rows: list[Row] = [(number, number / 4) for number in range(size)]
    table = _read(tmp_path, kind, ["x", "y"], rows)
    assert rows_in(table) == rows
    assert table.chunks.has(table.digest, chunk_count(size))
    assert not table.chunks.has(table.digest, chunk_count(size) + 1)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        pytest.param(["1", "-2", "+3", ""], [1, -2, 3, None], id="integers"),
        pytest.param(["1", "2.5"], [1.0, 2.5], id="one float makes all floats"),
        pytest.param(["1e3", ".5", "5.", "-0.0", "1E-2"], [1000.0, 0.5, 5.0, -0.0, 0.01], id="floats"),
        pytest.param(["12345678901234567890", "0.5"], [1.2345678901234567e19, 0.5], id="a long float"),
        pytest.param(["9223372036854775807", "-9223372036854775808"], [2**63 - 1, -(2**63)], id="64 bits"),
        pytest.param(["true", "False", "TRUE", ""], [True, False, True, None], id="booleans"),
        pytest.param(["true", "1"], ["true", "1"], id="a boolean is no number"),
        pytest.param(["007", "1"], ["007", "1"], id="zeros before a number make text"),
        pytest.param(["1_000", "2"], ["1_000", "2"], id="an underscore makes text"),
        pytest.param(["٣", "4"], ["٣", "4"], id="other digits make text"),
        pytest.param(["nan", "a"], ["nan", "a"], id="among texts, nan is text"),
        pytest.param([" 1", "2 ", " "], [1, 2, None], id="blanks around numbers"),
        pytest.param([" a", "b ", " ", ""], [" a", "b ", " ", None], id="blanks of texts"),
        pytest.param(["", ""], [None, None], id="nothing"),
        pytest.param(['"1,5"', '"say ""hi"""', '"two\nlines"'], ["1,5", 'say "hi"', "two\nlines"], id="quoted"),
    ],
)
def test_a_csv_column_has_one_type(tmp_path: Path, cells: list[str], values: list[Scalar]) -> None:
    """The narrowest of integer, float, boolean and text that all cells have; an empty cell is null."""
    path = tmp_path / "points.csv"
    path.write_text("x,n\n" + "".join(f"{cell},0\n" for cell in cells), encoding="utf-8")
    found = [row[0] for row in rows_in(read_point_file(path))]
    assert [(type(value), repr(value)) for value in found] == [(type(value), repr(value)) for value in values]


@pytest.mark.parametrize("late", [pytest.param("2.5", id="a float"), pytest.param("a", id="a text")])
def test_a_late_cell_decides_as_well(tmp_path: Path, late: str) -> None:
    """The type is that of all cells: the last row of many chunks can change the first."""
    path = tmp_path / "points.csv"
    path.write_text("x\n" + "1\n" * CHUNK_ROWS + f"{late}\n", encoding="utf-8")
    first, *_, last = rows_in(read_point_file(path))
    assert (type(first[0]), str(first[0])) == (type(last[0]), "1.0" if late == "2.5" else "1")


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    """A byte order mark, carriage returns, quoted and padded names, and empty lines change nothing."""
    path = tmp_path / "points.csv"
    path.write_bytes(b'\xef\xbb\xbf"x", y\r\n1,2\r\n\r\n3,4')
    table = read_point_file(path)
    assert (list(table.columns), rows_in(table)) == (["x", "y"], [(1, 2), (3, 4)])


def test_json_lines_keep_each_value(tmp_path: Path) -> None:
    """An integer stays one beside floats, names may stand in any order, and empty lines are passed over."""
    path = tmp_path / "points.jsonl"
    path.write_bytes('\ufeff{"x": 1, "y": "ü"}\n\n{"y": null, "x": 2.0}\r\n'.encode())
    assert rows_in(read_point_file(path)) == [(1, "ü"), (2.0, None)]
    assert [type(row[0]) for row in rows_in(read_point_file(path))] == [int, float]
    assert read_point_file(path).columns == {"x": ["number"], "y": ["text", "null"]}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        pytest.param(lambda: pa.array([1, None], pa.int8()), [1, None], id="int8"),
        pytest.param(lambda: pa.array([1, 2], pa.uint64()), [1, 2], id="uint64"),
        pytest.param(lambda: pa.array([0.5, None], pa.float32()), [0.5, None], id="float32"),
        pytest.param(lambda: pa.array([0.5, 2], pa.float16()), [0.5, 2.0], id="float16"),
        pytest.param(lambda: pa.array(["a", "b"], pa.large_string()), ["a", "b"], id="large_string"),
        pytest.param(lambda: pa.array(["a", None]).dictionary_encode(), ["a", None], id="categories"),
        pytest.param(lambda: pa.array([None, None]), [None, None], id="null"),
    ],
)
def test_parquet_columns_of_other_widths(tmp_path: Path, column: Callable[[], Any], values: list[Scalar]) -> None:
    """Every number, text and boolean of Parquet is Python's own afterwards."""
    pq.write_table(pa.table({"x": column()}), tmp_path / "points.parquet")
    found = [row[0] for row in rows_in(read_point_file(tmp_path / "points.parquet"))]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in values]


def test_the_end_of_the_name_tells_the_format_in_any_case(tmp_path: Path) -> None:
    """`POINTS.CSV` is CSV."""
    assert read_point_file(write_csv(tmp_path / "POINTS.CSV", ["x"], [(1,)])).rows == 1
