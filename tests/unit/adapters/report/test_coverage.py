"""An audit names the indices that no line has, and those that several have."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.report.coverage import Coverage, Line, lines_of
from application.documents.result_lines import error_line, member, pack, value_line
from domain.errors import DependencyUnavailable
from domain.sweep import PointError


def _whole(index: int) -> Line:
    return Line(index, is_error=False)


@pytest.mark.parametrize(
    ("found", "size", "missing", "double"),
    [
        pytest.param([0, 1, 2], 3, [], [], id="whole"),
        pytest.param([0, 1, 2], None, [], [], id="whole as far as one can tell"),
        pytest.param([1, 2, 5], None, [range(1), range(3, 5)], [], id="gaps"),
        pytest.param([0, 1], 4, [range(2, 4)], [], id="the end is missing"),
        pytest.param([], 4, [range(4)], [], id="nothing"),
        pytest.param([0, 1, 2, 0, 1, 3, 3], None, [], [range(2), range(3, 4)], id="twice"),
    ],
)
def test_gaps_and_repetitions_are_ranges(
    found: list[int], size: int | None, missing: list[range], double: list[range]
) -> None:
    """Indices are named as ranges; the end can be missed only where the size is known."""
    last = max(found, default=-1)
    assert Coverage.of(map(_whole, found), size) == Coverage(last, 0, missing, double)


@given(st.integers(1, 40), st.sets(st.integers(0, 39)))
def test_what_is_left_out_is_missing(size: int, left_out: set[int]) -> None:
    """The missing ranges hold exactly the indices without a line."""
    coverage = Coverage.of((_whole(index) for index in range(size) if index not in left_out), size)
    assert set(chain(*coverage.missing)) == left_out & set(range(size))
    assert not coverage.double


def test_the_lines_of_objects_are_read_in_order(tmp_path: Path) -> None:
    """Each line has one index, and an error or a value, whatever its value and its point are."""
    paths = [tmp_path / name for name in ("00000000.jsonl.gz", "00000001.jsonl.gz")]
    paths[0].write_bytes(pack(value_line(index, member("x", '"error":'), {"index": 9, "error": 1}) for index in (0, 1)))
    paths[1].write_bytes(pack([error_line(member("x", 1), PointError(12, "ValueError", "no"))]))
    found = list(lines_of(paths))
    assert found == [Line(0, is_error=False), Line(1, is_error=False), Line(12, is_error=True)]
    assert Coverage.of(found) == Coverage(12, 1, [range(2, 12)], [])


@pytest.mark.parametrize("body", [b"no gzip", pack(["{}\n"]), pack(['{"index":x,\n']), pack(['{"index":1}\n'])])
def test_a_damaged_object_is_reported(tmp_path: Path, body: bytes) -> None:
    """An object without indices raises `DependencyUnavailable` with the name of the file."""
    (tmp_path / "00000000.jsonl.gz").write_bytes(body)
    with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz"):
        list(lines_of([tmp_path / "00000000.jsonl.gz"]))
