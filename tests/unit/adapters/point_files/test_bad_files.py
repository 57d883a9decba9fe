"""Files of points that make no sense: each error names the file, the row, the column, and what would be right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.point_files import point_file
from adapters.point_files.csv_file import CsvFile
from adapters.point_files.packed_table import packed
from adapters.point_files.point_file import read_point_file
from adapters.point_files.spool import Spool
from application.documents.table_chunks import CHUNK_ROWS, LONGEST_ROW
from application.on_done import OnDone, show_nothing
from domain.errors import DependencyUnavailable, InvalidSweep
from tests.fakes.point_files import rows_in


def _refused(path: Path, *parts: str) -> str:
    """Return the message of a file that is refused, which has these parts in this order."""
    with pytest.raises(InvalidSweep) as raised:
        read_point_file(path)
    (problem,) = raised.value.problems
    assert problem.path == "design.file"
    assert re.search(".*".join(map(re.escape, (str(path), *parts))), problem.message), problem.message
    return problem.message


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        pytest.param("", ["is empty", "name the parameters"], id="empty"),
        pytest.param("\n\n", ["is empty"], id="empty lines"),
        pytest.param("x,y\n", ["no row", "at least one point"], id="names alone"),
        pytest.param("x,y\n1,2\n3\n", ["line 3", "1 cells", "2 columns"], id="a short row"),
        pytest.param("x,y\n1,2,3\n", ["line 2", "3 cells", "2 columns", "quote"], id="a long row"),
        pytest.param('x,y\n"a\nb",2\n3\n', ["line 4", "1 cells"], id="lines are those of the file"),
        pytest.param("x;y\n1;2\n", ["column 1 ('x;y')", "is not a name"], id="semicolons"),
        pytest.param("x,x\n1,2\n", ["column 2 ('x')", "rename one"], id="a name twice"),
        pytest.param("x,\n1,2\n", ["column 2 ('')", "is not a name"], id="no name"),
        pytest.param("x,class\n1,2\n", ["column 2 ('class')", "class_"], id="a keyword"),
        pytest.param("1,2\n3,4\n", ["column 1 ('1')", "is not a name"], id="no names at all"),
        pytest.param(",".join(f"p{number}" for number in range(65)), ["65 columns", "at most 64"], id="many columns"),
        pytest.param("x,y\n1,2\n3,nan\n", ["line 3, column y", "no finite number", "empty for null"], id="nan"),
        pytest.param("x,y\n1,2\n3,-Infinity\n", ["line 3, column y", "no finite number"], id="infinity"),
        pytest.param("x\n\nnan\n", ["line 3, column x", "no finite number"], id="nothing but nan"),
        pytest.param("x,y\n1,2.5\n3,1e999\n", ["line 3, column y", "finite"], id="beyond the largest float"),
        pytest.param(f"x\n1\n{2**63}\n", ["line 3, column x", "64 bits", "or text"], id="beyond 64 bits"),
        pytest.param(f"x\n1\n{'9' * 5000}\n", ["line 3, column x", "64 bits"], id="thousands of digits"),
        pytest.param('x,y\n1,"a\n', ["line 2", "is no CSV", "quote"], id="an open quote"),
        pytest.param('x,y\n1,"a"b\n', ["line 2", "is no CSV"], id="text after a quote"),
        pytest.param("x\n" + "a" * LONGEST_ROW + "\n", ["line 2", "16,384 bytes"], id="a long text"),
        pytest.param("x\na\n" + "b" * 70_000 + "\n", ["line 3", "65,536 bytes"], id="a very long line"),
        pytest.param('x\n"' + "b\n" * 70_000, ["line 2", "is no CSV"], id="a very long cell"),
        pytest.param(b"x,y\n1,a\n2,\xfc\n", ["line 3", "is not UTF-8", "save it as UTF-8"], id="another encoding"),
        pytest.param("x,y\n".encode("utf-16"), ["line 1", "is not UTF-8"], id="UTF-16"),
    ],
)
def test_csv_is_refused_with_line_and_column(tmp_path: Path, content: str | bytes, parts: list[str]) -> None:
    """The line is that of an editor, the column is called as the file calls it."""
    path = tmp_path / "points.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    _refused(path, *parts)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        pytest.param("", ["is empty"], id="empty"),
        pytest.param("[1, 2]\n", ["line 1", "must be one point"], id="a list"),
        pytest.param('{"x": 1}\n7\n', ["line 2", "must be one point"], id="a number"),
        pytest.param("{}\n", ["is empty", "name the parameters"], id="no name"),
        pytest.param('{"x": 1}\n{"x": 1,}\n', ["line 2: column 9", "is not JSON"], id="no JSON"),
        pytest.param('{"x": 1}\n{"y": 1}\n', ["line 2", "exactly x"], id="another name"),
        pytest.param('{"x": 1, "y": 2}\n{"x": 1}\n', ["line 2", "exactly x, y"], id="a missing name"),
        pytest.param('{"x": 1, "y": 2}\n{"x": 1, "x": 1, "y": 3}\n', ["line 2", "exactly x, y"], id="a name twice"),
        pytest.param('{"x": 1, "x": 2}\n', ["column 2 ('x')", "rename one"], id="a first name twice"),
        pytest.param('{"x": 1}\n{"x": [1]}\n', ["line 2, column x", "is a list"], id="a list as a value"),
        pytest.param('{"x": 1}\n{"x": {"y": 1}}\n', ["line 2, column x", "mapping"], id="a mapping as a value"),
        pytest.param('{"x": 1}\n{"x": NaN}\n', ["line 2, column x", "finite", "null"], id="nan"),
        pytest.param('{"x": 1.5}\n{"x": 1e999}\n', ["line 2, column x", "finite"], id="beyond the largest float"),
        pytest.param(f'{{"x": 1}}\n{{"x": {2**63}}}\n', ["line 2, column x", "64 bits"], id="beyond 64 bits"),
        pytest.param(f'{{"x": 1}}\n{{"x": {"9" * 5000}}}\n', ["line 2", "digits"], id="thousands of digits"),
        pytest.param('{"x": "a"}\n{"x": "\\ud800"}\n', ["line 2, column x", "surrogate"], id="half a surrogate pair"),
        pytest.param('{"x": ' + "[" * 9000 + "\n", ["line 1", "nested"], id="a deep nesting"),
        pytest.param('{"a b": 1}\n', ["column 1 ('a b')", "is not a name"], id="no name of a parameter"),
        pytest.param(b'{"x": "\xff"}\n', ["line 1", "is not UTF-8"], id="no UTF-8"),
    ],
)
def test_json_lines_are_refused_with_their_line(tmp_path: Path, content: str | bytes, parts: list[str]) -> None:
    """What is no JSON has its column in the line, what is no value of a point its name."""
    path = tmp_path / "points.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    _refused(path, *parts)


@pytest.mark.parametrize(
    ("table", "parts"),
    [
        pytest.param(lambda: pa.table({}), ["is empty"], id="no columns"),
        pytest.param(lambda: pa.table({"x": pa.array([], pa.int64())}), ["no row"], id="no rows"),
        pytest.param(lambda: pa.table({"x": [[1]]}), ["column x", "list", "convert"], id="lists"),
        pytest.param(
            lambda: pa.table({"t": [datetime(2026, 1, 1, tzinfo=UTC)]}),
            ["column t", "timestamp", "convert"],
            id="moments",
        ),
        pytest.param(lambda: pa.table({"x": [b"a"]}), ["column x", "binary"], id="bytes"),
        pytest.param(lambda: pa.table({"x": [1.5, float("nan")]}), ["row 2, column x", "finite", "null"], id="nan"),
        pytest.param(
            lambda: pa.table({"x": pa.array([1, 2**63], pa.uint64())}), ["row 2, column x", "64 bits"], id="64 bits"
        ),
        pytest.param(
            lambda: pa.table({"x": pa.array([b"a", b"\xff", b"b"]).view(pa.string())}),
            ["row 2, column x", "is not UTF-8"],
            id="no text",
        ),
        pytest.param(lambda: pa.table({"x": [1], "if": [2]}), ["column 2 ('if')", "keyword"], id="a keyword"),
        pytest.param(lambda: pa.table({"x": ["a", "b" * LONGEST_ROW]}), ["row 2", "16,384 bytes"], id="a long text"),
    ],
)
def test_parquet_is_refused_with_row_and_column(tmp_path: Path, table: Callable[[], Any], parts: list[str]) -> None:
    """Rows are counted from 1."""
    path = tmp_path / "points.parquet"
    pq.write_table(table(), path)
    _refused(path, *parts)


def test_a_row_far_down_is_counted_from_the_first(tmp_path: Path) -> None:
    """The number is that of the row in the file, not in its batch."""
    path = tmp_path / "points.parquet"
    pq.write_table(pa.table({"x": [*map(float, range(CHUNK_ROWS)), float("inf")]}), path)
    _refused(path, f"row {CHUNK_ROWS + 1}, column x")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"x,y\n1,2\n", id="no Parquet"),
        pytest.param(lambda body: body[: len(body) // 2], id="cut off"),
        pytest.param(lambda body: body[:8] + bytes(len(body) // 2 - 8) + body[len(body) // 2 :], id="overwritten"),
    ],
)
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Whatever the library says of it, in one line."""
    path = tmp_path / "points.parquet"
    pq.write_table(pa.table({"x": list(range(100)), "y": ["text"] * 100}), path)
    path.write_bytes(damage(path.read_bytes()))
    assert "\n" not in _refused(path, "cannot be read as Parquet", "write it anew")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("absent.csv", "there is no such file", id="missing"),
        pytest.param("folder.csv", "is no file", id="a folder"),
        pytest.param("pipe.csv", "is no file", id="a pipe"),
        pytest.param("secret.csv", "cannot be read: Permission denied", id="no right"),
        pytest.param("points.xlsx", "must end in one of .csv, .jsonl, .ndjson, .parquet", id="another format"),
        pytest.param("points", "must end in one of", id="no format"),
        pytest.param("a\0b.csv", "no file can have this name", id="no name"),
    ],
)
def test_what_is_no_readable_file_is_refused(
    tmp_path: Path, name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says why."""
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")

    def refusing(path: Path, _: OnDone) -> CsvFile:
        raise PermissionError(13, "Permission denied", str(path))

    if name == "secret.csv":
        # Root may read every file.
        (tmp_path / name).write_text("x\n1\n")
        monkeypatch.setitem(point_file._FORMATS, ".csv", refusing)
    _refused(tmp_path / name, part)


@pytest.mark.parametrize(
    ("first", "later"),
    [
        pytest.param("x,y\n1,2\n", "x,y\na,2\n", id="another type"),
        pytest.param("x,y\n1,2\n", "x,y\n1.5,2\n", id="a float"),
        pytest.param("x,y\ntrue,2\n", "x,y\n1,2\n", id="no boolean"),
        pytest.param("x,y\n,2\n", "x,y\n1,2\n", id="no longer empty"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, first: str, later: str) -> None:
    """The types of a first reading do not fit a second one of another content."""
    path = tmp_path / "points.csv"
    path.write_text(first)
    file = CsvFile(path, show_nothing)
    path.write_text(later)
    with pytest.raises(InvalidSweep, match=r"lines 2 to 2, column x: is not what it was"):
        packed(path, file)


def test_no_message_repeats_a_value(tmp_path: Path) -> None:
    """Others may read the error: it names places alone."""
    for name, content in (("a.csv", "x,y\n1,2\n3,sEcReT,4\n"), ("b.jsonl", '{"x": "a"}\n{"x": ["sEcReT"]}\n')):
        (tmp_path / name).write_text(content)
        assert "sEcReT" not in _refused(tmp_path / name, "line")


def test_a_full_disk_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows may not fit into a temporary file; the message says where that is, and what chooses another place."""
    spool = Spool()
    with pytest.raises(ValueError, match="in their order"):
        spool.put("", 1, b"chunk")
    spool.put("", 0, b"chunk")
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(spool, "_file", full)
        with pytest.raises(DependencyUnavailable, match=r"cannot keep points in .*: No space left .*; TMPDIR"):
            spool.put("", 1, b"chunk")


def test_without_the_library_parquet_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra; the other formats need none."""
    (tmp_path / "points.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(DependencyUnavailable, match="extra `frames`"):
        read_point_file(tmp_path / "points.parquet")


_GOOD = {
    "csv": b'x,y,kind\n1,2.5,"a,b"\n,-1,\r\n-3,1e5,"say ""hi"""\n',
    "jsonl": b'{"x": 1, "y": 2.5, "k": "a"}\n{"x": null, "y": -1e3, "k": "\\u00e4"}\n',
}
_BITS = st.sampled_from(
    [b"", b"\n", b'"', b",", b"0", b".", b"-", b"{", b"]", b"\xff", b"\x00", b"nan", b"\\u", b"1e999"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(_GOOD)), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), _BITS), min_size=1))
def test_whatever_is_in_a_file_it_is_read_or_refused(
    tmp_path: Path, kind: str, changes: list[tuple[int, int, bytes]]
) -> None:
    """No other error comes of it, and what is read has as many rows as it says."""
    body = _GOOD[kind]
    for start, length, bits in changes:
        body = body[:start] + bits + body[start + length :]
    path = tmp_path / f"points.{kind}"
    path.write_bytes(body)
    with suppress(InvalidSweep):
        table = read_point_file(path)
        assert len(rows_in(table)) == table.rows
