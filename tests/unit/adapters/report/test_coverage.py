"""An audit names the indices that no line has, and those that several have."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.report.coverage import Audit, Coverage
from adapters.report.result_objects import blocks
from application.documents.result_lines import error_line, member, pack, value_line
from domain.errors import DependencyUnavailable
from domain.sweep import PointError


def _coverage(indices: Iterable[int], size: int | None = None) -> Coverage:
    audit = Audit()
    audit.read("".join(value_line(index, "", 1) for index in indices).encode())
    return audit.coverage() if size is None else audit.coverage().up_to(size)


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
    assert _coverage(found, size) == Coverage(max(found, default=-1), 0, missing, double)


@given(st.integers(1, 40), st.sets(st.integers(0, 39)))
def test_what_is_left_out_is_missing(size: int, left_out: set[int]) -> None:
    """The missing ranges hold exactly the indices without a line."""
    coverage = _coverage((index for index in range(size) if index not in left_out), size)
    assert set(chain(*coverage.missing)) == left_out & set(range(size))
    assert not coverage.double


@given(st.lists(st.integers(0, 9), max_size=30), st.lists(st.integers(1, 4), max_size=30))
def test_the_blocks_of_lines_do_not_matter(indices: list[int], sizes: list[int]) -> None:
    """Lines that are read in parts have the coverage of the same lines read at once."""
    audit, rest = Audit(), indices
    for size in [*sizes, len(indices)]:
        audit.note(rest[:size])
        rest = rest[size:]
    assert audit.coverage() == _coverage(indices)


def test_the_lines_of_objects_are_read_in_order(tmp_path: Path) -> None:
    """Each line has one index, and an error or a value, whatever its value and its point are."""
    paths = [tmp_path / name for name in ("00000000.jsonl.gz", "00000001.jsonl.gz")]
    hidden = member("x", '\n{"index":5,"error":')
    paths[0].write_bytes(pack(value_line(index, hidden, {"index": 9, "error": 1}) for index in (0, 1)))
    paths[1].write_bytes(pack([error_line(member("x", 1), PointError(12, "ValueError", "no"))]))
    audit = Audit()
    lines = b"".join(blocks(paths, audit)).splitlines()
    assert [line[:10] for line in lines] == [b'{"index":0', b'{"index":1', b'{"index":1']
    assert audit.coverage() == Coverage(12, 1, [range(2, 12)], [])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"no gzip", id="no gzip"),
        pytest.param(b"", id="nothing"),
        pytest.param(pack([]), id="no lines"),
        pytest.param(pack(["{}\n"]), id="an empty line"),
        pytest.param(pack(['{"index":x,\n']), id="an index that is no number"),
        pytest.param(pack(['{"index":1}\n']), id="an index alone"),
        pytest.param(pack(['{"index":0,"error":x}\n']), id="an error that is not JSON"),
        pytest.param(pack(['{"index":0,"value":1}\n'])[:-9], id="cut short"),
    ],
)
def test_a_damaged_object_is_reported(tmp_path: Path, body: bytes) -> None:
    """An object without indices raises `DependencyUnavailable` with the name of the file."""
    (tmp_path / "00000000.jsonl.gz").write_bytes(body)
    with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz"):
        list(blocks([tmp_path / "00000000.jsonl.gz"], Audit()))
