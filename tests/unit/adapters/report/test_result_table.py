"""The table of results: each point once and in order, each column in the narrowest type that loses nothing."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.report import result_objects, spooled_lines
from adapters.report.column_names import distinct, exactly
from adapters.report.columns import MOST_OF_VALUES
from adapters.report.coverage import Coverage
from adapters.report.result_objects import write_lines
from adapters.report.result_table import write_table
from application.documents.result_lines import pack
from domain.errors import DependencyUnavailable
from domain.space.scalars import DEEPEST, Json, Scalar
from tests.fakes.result_files import write_objects

Table = tuple[list[str], list[tuple[object, ...]]]


def _table(
    folder: Path,
    values: Sequence[object],
    points: Sequence[dict[str, Scalar]] = (),
    constants: Mapping[str, Json] = MappingProxyType({}),
) -> Table:
    names = list(points[0]) if points else ["x"]
    output = folder / "table.parquet"
    write_table(write_objects(folder, values, points), names, constants, "parquet", str(output))
    read = duckdb.read_parquet(str(output))
    return read.columns, read.fetchall()


def _same(found: object, expected: object) -> bool:
    if isinstance(found, float) and isinstance(expected, float) and math.isnan(expected):
        return math.isnan(found)
    return type(found) is type(expected) and found == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1, -2, 3, 4], [1, -2, 3, 4], id="integers"),
        pytest.param([1, 2.5, 3, 1e300], [1.0, 2.5, 3.0, 1e300], id="integers and floats"),
        pytest.param([0.1, 5e-324, -0.0, 1 / 3], [0.1, 5e-324, -0.0, 1 / 3], id="floats"),
        pytest.param(
            [1.5, math.nan, math.inf, -math.inf], [1.5, math.nan, math.inf, -math.inf], id="floats and non-finite ones"
        ),
        pytest.param([1, math.nan, 2, None], [1.0, math.nan, 2.0, None], id="integers, NaN and null"),
        pytest.param([True, False, True, None], [True, False, True, None], id="booleans"),
        pytest.param(["a", "", "ü\n\"',", "NaN"], ["a", "", "ü\n\"',", "NaN"], id="text"),
        pytest.param([None, None], [None, None], id="nulls"),
        pytest.param([1, "a", True, None], ["1", "a", "true", None], id="mixed types"),
        pytest.param([[1, 2], [], None, [3]], [[1, 2], [], None, [3]], id="lists"),
        pytest.param([[1, 2.5], [None]], [[1.0, 2.5], [None]], id="lists of floats"),
        pytest.param([[[1], []], [[2, 3]]], [[[1], []], [[2, 3]]], id="lists of lists"),
        pytest.param([["a", 'b"'], []], [["a", 'b"'], []], id="lists of texts"),
        pytest.param([["1", 2]], [["1", "2"]], id="a list of mixed types"),
        pytest.param([[{"a": 1}, None]], [['{"a":1}', None]], id="a list of objects"),
        pytest.param([[2**60, 0.5]], [[str(2**60), "0.5"]], id="a list that no numeric type holds"),
        pytest.param([[1, 2], 3], ["[1,2]", "3"], id="a list and a number"),
        pytest.param([[1, 2], [3, [4]]], [["1", "2"], ["3", "[4]"]], id="a list beside a number in a list"),
        pytest.param([2**63 - 1, -(2**63)], [2**63 - 1, -(2**63)], id="largest integers"),
        pytest.param([1, {"a": 2}], ["1", '{"a":2}'], id="an integer and an object"),
    ],
)
def test_values_keep_their_type(tmp_path: Path, values: list[object], expected: list[object]) -> None:
    """A column of one type keeps it, lists too; numbers with a float are floats, mixed values text, objects JSON."""
    columns, rows = _table(tmp_path, values)
    assert columns == ["index", "x", "value"]
    assert [row[0] for row in rows] == list(range(len(values)))
    assert all(_same(row[2], value) for row, value in zip(rows, expected, strict=True)), rows


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([1, 2**63], id="more than 64 bits"),
        pytest.param([1, -(2**63) - 1], id="less than 64 bits"),
        pytest.param([10**30, 0.5], id="much more than 64 bits"),
        pytest.param([2**53 + 1, 0.5], id="beside a float"),
        pytest.param([-(2**53) - 1, 1e300], id="negative, beside a float"),
        pytest.param([2**53 + 1, math.nan], id="beside NaN"),
    ],
)
def test_an_integer_that_no_float_holds_makes_a_column_of_text(tmp_path: Path, values: list[float]) -> None:
    """No number is rounded: where no numeric type holds all values, the column has them as text."""
    _, rows = _table(tmp_path, values)
    texts = [str(row[2]) for row in rows]
    assert all(_same(type(value)(text), value) for text, value in zip(texts, values, strict=True)), texts


def test_the_largest_integer_that_a_float_holds_stays_a_number(tmp_path: Path) -> None:
    """2^53 and -2^53 stand beside floats as floats."""
    _, rows = _table(tmp_path, [2**53, 0.5, -(2**53)])
    assert [row[2] for row in rows] == [2.0**53, 0.5, -(2.0**53)]


def test_an_object_has_a_column_for_each_key(tmp_path: Path) -> None:
    """The columns have the order in which their keys first appear. A missing key is null."""
    columns, rows = _table(tmp_path, [{"b": 1, "a": math.nan}, {"c": "x", "a": 2}, {}, {"b": 2, "deep": {"x": [1]}}])
    assert columns == ["index", "x", "value.b", "value.a", "value.c", "value.deep.x"]
    assert [row[2] for row in rows] == [1, None, None, 2]
    assert [row[4] for row in rows] == [None, "x", None, None]
    assert rows[3][5] == [1]


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param(" ", id="space"),
        pytest.param("a.b", id="dot"),
        pytest.param("a/b", id="slash"),
        pytest.param("~0", id="JSON pointer escape"),
        pytest.param("$.x", id="JSON path"),
        pytest.param('"', id="double quote"),
        pytest.param("'", id="single quote"),
        pytest.param("ü", id="not ASCII"),
        pytest.param("*", id="star"),
        pytest.param("[0]", id="brackets"),
        pytest.param("0", id="digit"),
        pytest.param("a\nb", id="line break"),
        pytest.param("\\", id="backslash"),
        pytest.param("#", id="hash"),
    ],
)
def test_any_key_is_a_column(tmp_path: Path, key: str) -> None:
    """A key of any characters is a name, and never a path, a pattern or SQL."""
    columns, rows = _table(tmp_path, [{key: 1, "other": 2}, {key: 3}])
    assert columns == ["index", "x", f"value.{key}", "value.other"]
    assert [row[2:] for row in rows] == [(1, 2), (3, None)]


def test_null_among_objects_leaves_their_columns(tmp_path: Path) -> None:
    """A point whose value is null has null in each column of a key."""
    columns, rows = _table(tmp_path, [{"x": 1, "y": 2.5}, None, {"x": 3}])
    assert columns == ["index", "x", "value.x", "value.y"]
    assert [row[2:] for row in rows] == [(1, 2.5), (None, None), (3, None)]


def test_names_in_csv_may_differ_only_in_case(tmp_path: Path) -> None:
    """A column of CSV has exactly its documented name."""
    points: list[dict[str, Scalar]] = [{"T": 1, "t": 2, "t_1": 3, "Value": 5}]
    paths = write_objects(tmp_path, [{"k": 6, "K": 7, 'a,"': 8}], points)
    assert not write_table(paths, list(points[0]), {"Index": 9}, "csv", tmp_path / "table.csv").renamed
    with (tmp_path / "table.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["index", "T", "t", "t_1", "Value", "Index", "value.k", "value.K", 'value.a,"'],
            ["0", "1", "2", "3", "5", "9", "6", "7", "8"],
        ]


def test_names_in_parquet_that_differ_only_in_case_are_told_apart(tmp_path: Path) -> None:
    """Of two such columns the second one has a number after its name, one that no column has; the caller is told."""
    points: list[dict[str, Scalar]] = [{"Index": 0, "T": 1, "t": 2, "t_1": 3, "Value": 4}]
    paths = write_objects(tmp_path, [{"k": 5, "K": 6, "k~2": 7}], points)
    output = tmp_path / "table.parquet"
    written = write_table(paths, list(points[0]), {}, "parquet", str(output))
    assert written.renamed == [("Index", "Index~2"), ("t", "t~2"), ("value.K", "value.K~3")]
    read = duckdb.read_parquet(str(output))
    names = ["index", "Index~2", "T", "t~2", "t_1", "Value", "value.k", "value.K~3", "value.k~2"]
    assert (read.columns, read.fetchall()) == (names, [(0, 0, 1, 2, 3, 4, 5, 6, 7)])


@given(st.lists(st.text(st.sampled_from("aAbB~2"), min_size=1, max_size=4), min_size=1, max_size=8))
def test_any_names_are_told_apart(names: list[str]) -> None:
    """Whatever the names are, each column has one of its own, and a name that only one column has stays."""
    for same in (str.casefold, exactly):
        found = list(distinct(names, same))
        assert len(set(map(same, found))) == len(names)
        alone = [name for name in names if list(map(same, names)).count(same(name)) == 1]
        assert [other for name, other in zip(names, found, strict=True) if name in alone] == alone


def test_keys_that_clash_are_told_apart_in_every_format(tmp_path: Path) -> None:
    """A key with a point and a key of a nested object may have one name: the second one gets a number."""
    paths = write_objects(tmp_path, [{"a": {"b": 1}, "a.b": 2}])
    for kind in ("csv", "parquet", "arrow"):
        output = tmp_path / f"table.{kind}"
        assert write_table(paths, ["x"], {}, kind, output).renamed == [("value.a.b", "value.a.b~2")]
    assert (tmp_path / "table.csv").read_text() == "index,x,value.a.b,value.a.b~2\n0,0,1,2\n"
    assert duckdb.read_parquet(str(tmp_path / "table.parquet")).columns[2:] == ["value.a.b", "value.a.b~2"]


def test_too_many_keys_stay_json(tmp_path: Path) -> None:
    """Keys that are data make no columns: a level with which there would be too many stays one column of text."""
    values = [{"few": 1, "many": {f"k{number}": number for number in range(MOST_OF_VALUES)}}]
    columns, rows = _table(tmp_path, values)
    assert columns == ["index", "x", "value.few", "value.many"]
    assert json.loads(str(rows[0][3])) == values[0]["many"]


def test_many_columns_need_little_memory(tmp_path: Path) -> None:
    """Hundreds of keys are columns within the memory that DuckDB may use, for a document is parsed once a row."""
    values: list[object] = [{f"k{key}": row + key / 2 for key in range(500)} for row in range(100)]
    columns, rows = _table(tmp_path, values)
    assert columns[-1] == "value.k499"
    assert [row[-1] for row in rows] == [row + 249.5 for row in range(100)]


def test_objects_are_flattened_down_to_a_depth(tmp_path: Path) -> None:
    """An object that is nested more deeply than any constant may be is JSON."""
    value: dict[str, object] = {"last": 1}
    for _ in range(DEEPEST):
        value = {"a": value}
    columns, rows = _table(tmp_path, [value])
    assert columns[2] == "value" + ".a" * DEEPEST
    assert rows[0][2] == '{"last":1}'


def test_an_arrow_file_can_be_mapped(tmp_path: Path) -> None:
    """`arrow` is the file format of Arrow's IPC, in which names differ in case and nothing is compressed."""
    points: list[dict[str, Scalar]] = [{"T": 1, "t": 2}, {"T": 3, "t": None}]
    paths = write_objects(tmp_path, [[1, None], ValueError("no")], points)
    assert not write_table(paths, ["T", "t"], {"g": 9.81}, "arrow", tmp_path / "table.arrow").renamed
    before = pa.total_allocated_bytes()
    with pa.memory_map(str(tmp_path / "table.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
        assert pa.total_allocated_bytes() == before
        assert table.to_pydict() == {
            "index": [0, 1],
            "T": [1, 3],
            "t": [2, None],
            "g": [9.81, 9.81],
            "value": [[1, None], None],
            "error.type": [None, "ValueError"],
            "error.message": [None, "no"],
        }


def test_no_pyarrow_no_arrow_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other formats need no further library; for this one the message names the extra."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    paths = write_objects(tmp_path, [1])
    with pytest.raises(DependencyUnavailable, match="install the extra `frames`"):
        write_table(paths, ["x"], {}, "arrow", tmp_path / "table.arrow")
    assert write_table(paths, ["x"], {}, "csv", tmp_path / "table.csv").coverage.is_whole


def test_constants_can_be_columns(tmp_path: Path) -> None:
    """A constant has its value in every row, in a column after the parameters; `index` and `value` get a prefix."""
    constants: dict[str, Json] = {"mass": 2.5, "index": 7, "grid": [1, 2], "big": 2**70, "on": True, "none": None}
    columns, rows = _table(tmp_path, [1, 2], constants=constants)
    assert columns == ["index", "x", "mass", "constant.index", "grid", "big", "on", "none", "value"]
    assert [row[2:8] for row in rows] == [(2.5, 7, [1, 2], str(2**70), True, None)] * 2


def test_a_table_with_errors_has_columns_for_them(tmp_path: Path) -> None:
    """The columns hold type and message of each error. A table without errors has no such columns."""
    columns, rows = _table(tmp_path, [1, ValueError("no"), 3, KeyError("ü")])
    assert columns == ["index", "x", "value", "error.type", "error.message"]
    assert [row[2:] for row in rows] == [
        (1, None, None),
        (None, "ValueError", "no"),
        (3, None, None),
        (None, "KeyError", "'ü'"),
    ]


def test_an_errors_message_is_text(tmp_path: Path) -> None:
    """A message that reads like a number stays text."""
    _, rows = _table(tmp_path, [ValueError("NaN"), ValueError("Infinity")])
    assert [row[4] for row in rows] == ["NaN", "Infinity"]


def test_a_table_may_hold_only_errors(tmp_path: Path) -> None:
    """A sweep in which every point failed still has rows."""
    columns, rows = _table(tmp_path, [ValueError("a"), ValueError("b")])
    assert columns == ["index", "x", "value", "error.type", "error.message"]
    assert [row[2:] for row in rows] == [(None, "ValueError", "a"), (None, "ValueError", "b")]


def test_parameters_keep_their_type_and_their_order(tmp_path: Path) -> None:
    """A parameter with the name of a fixed column has the prefix `point.`."""
    point: dict[str, Scalar] = {"z": 1.5, "index": "text", "value": None, "a": True, "select": -1}
    columns, rows = _table(tmp_path, [1, 2], [point, point])
    assert columns == ["index", "z", "point.index", "point.value", "a", "select", "value"]
    assert rows[1] == (1, 1.5, "text", None, True, -1, 2)


def test_types_follow_from_all_points(tmp_path: Path) -> None:
    """The type of a column fits all points: a text after many shards of integers makes it text, with every digit."""
    paths = write_objects(tmp_path, [*range(10_000), "late"], shard=500)
    write_table(paths, ["x"], {}, "parquet", tmp_path / "table.parquet")
    read = duckdb.read_parquet(str(tmp_path / "table.parquet")).fetchall()
    assert [row[0] for row in read] == list(range(10_001))
    assert [row[2] for row in read] == [*map(str, range(10_000)), "late"]


def test_pieces_are_in_order_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the pieces are in which lines reach the database, each row is there once and in order."""
    monkeypatch.setattr(spooled_lines, "_PIECE", 1_000)
    monkeypatch.setattr(result_objects, "_CHUNK", 100)
    values = ["x" * (number % 7) * 150 for number in range(100)]
    written = write_table(write_objects(tmp_path, values), ["x"], {}, "parquet", tmp_path / "table.parquet")
    assert written.coverage == Coverage(99, 0, [], [])
    rows = duckdb.read_parquet(str(tmp_path / "table.parquet")).fetchall()
    assert rows == [(number, number, value) for number, value in enumerate(values)]


def test_csv_reads_back_exactly(tmp_path: Path) -> None:
    """A CSV table has a header, quotes where they are needed, and floats with all digits."""
    paths = write_objects(tmp_path, [{"a": 0.1, "t": 'x,"y"\nz'}, {"a": 1 / 3, "t": ""}])
    write_table(paths, ["x"], {}, "csv", str(tmp_path / "table.csv"))
    assert (tmp_path / "table.csv").read_text() == (
        'index,x,value.a,value.t\n0,0,0.1,"x,""y""\nz"\n1,1,0.3333333333333333,""\n'
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats() | st.integers(-(2**63), 2**63 - 1) | st.none(), min_size=1, max_size=9))
@example([2**53 + 1, 0.5])
def test_every_number_reads_back(tmp_path_factory: pytest.TempPathFactory, values: list[float | int | None]) -> None:
    """Every number reads back equal; from text, where the column has a float and too large an integer."""
    _, rows = _table(tmp_path_factory.mktemp("table"), values)
    numbers = [value for value in values if value is not None]
    floats = any(isinstance(value, float) for value in numbers)
    exact = all(abs(value) <= 2**53 for value in numbers if isinstance(value, int))
    for row, value in zip(rows, values, strict=True):
        if value is None or not floats:
            assert row[2] == value
        else:
            assert _same(row[2] if exact else type(value)(str(row[2])), float(value) if exact else value)


def test_write_lines_concatenates_thewrite_objects(tmp_path: Path) -> None:
    """`write_lines` writes the lines of all objects in order."""
    output = io.BytesIO()
    write_lines(write_objects(tmp_path, list(range(10))), output)
    assert [json.loads(line)["value"] for line in output.getvalue().splitlines()] == list(range(10))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"no gzip", id="no gzip"),
        pytest.param(pack(["{}\n"] * 100)[:-9], id="cut short"),
        pytest.param(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffrubbish", id="damaged data"),
    ],
)
def test_a_damaged_object_is_reported(tmp_path: Path, body: bytes) -> None:
    """`write_lines` and `write_table` raise `DependencyUnavailable` with the name of the file."""
    path = tmp_path / "00000000.jsonl.gz"
    path.write_bytes(body)
    with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz"):
        write_lines([path], io.BytesIO())
    with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz"):
        write_table([path], ["x"], {}, "csv", str(tmp_path / "table.csv"))


def test_a_line_that_is_not_json_is_reported(tmp_path: Path) -> None:
    """A line that is not JSON raises `DependencyUnavailable` with its place."""
    path = tmp_path / "00000000.jsonl.gz"
    path.write_bytes(pack(['{"index":0,"value":1}\n', '{"index":1,"value":x}\n']))
    with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz cannot be read: line 2 is not JSON"):
        write_table([path], ["x"], {}, "csv", str(tmp_path / "table.csv"))


def test_parameters_that_points_lack_have_a_column_all_the_same(tmp_path: Path) -> None:
    """Their cells are empty; without the names of the parameters, those of all points are found."""
    points: list[dict[str, Scalar]] = [{"kind": "svm", "C": 0.5}, {"kind": "tree", "depth": 2}]
    paths = write_objects(tmp_path, [1, 2], points)
    table = tmp_path / "table.csv"
    for names, header, rows in (
        (["kind", "depth", "C"], "index,kind,depth,C,value", ["0,svm,,0.5,1", "1,tree,2,,2"]),
        (None, "index,kind,C,depth,value", ["0,svm,0.5,,1", "1,tree,,2,2"]),
    ):
        write_table(paths, names, {}, "csv", table)
        assert table.read_text().splitlines() == [header, *rows]
