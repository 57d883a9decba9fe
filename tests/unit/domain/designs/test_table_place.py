"""Where the rows of a table stand in an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.designs import table_place
from domain.designs.design import Design
from domain.designs.earlier_place import EarlierPlace
from domain.designs.point_list import PointList
from domain.designs.point_table import PointTable
from domain.designs.replicated import Replicated
from domain.errors import DependencyUnavailable
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values
from tests.fakes.point_tables import MemoryTables, Row, table_of

_ROWS: list[Row] = [(number, f"row {number}") for number in range(9)]
rows_of_few_values = st.lists(st.tuples(st.sampled_from([0, 0.0, 1, True, None, "1"])), min_size=1, max_size=12)


class Rows:
    """A source that has these rows, until so many as are `left` have been read, and counts those."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Have these rows."""
        self._rows = rows
        self.read = 0
        self.left = 1_000

    def rows(self, start: int, stop: int) -> Iterator[tuple[Scalar, ...]]:
        """Yield rows."""
        if self.left < stop - start:
            raise DependencyUnavailable("gone")
        self.read += stop - start
        self.left -= stop - start
        return iter(self._rows[start:stop])


def _table(rows: Sequence[Row], names: Sequence[str] = ("x", "name"), modes: str = "") -> tuple[PointTable, Rows]:
    """Return a table with these rows, under a grid of modes if there are any, and the source to which it is bound."""
    grid = [Parameter("mode", Values(tuple(modes)))] if modes else ()
    source = Rows(rows)
    return table_of(MemoryTables(), names, rows, grid).bound(source), source


def _found(earlier: Design, later: Design) -> list[list[int]]:
    """Return for each point of the later design the earlier indices at which it may be."""
    guess = EarlierPlace(earlier).guess(later)
    return [list(guess(index, later.point(index))) for index in range(later.size)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([*_ROWS, (9, "new")], [*range(9), None], id="appended"),
        pytest.param([(9, "new"), *_ROWS], [None, *range(9)], id="inserted"),
        pytest.param([*_ROWS[:3], *_ROWS[6:]], [0, 1, 2, 6, 7, 8], id="left out"),
        pytest.param(_ROWS[::-1], [*range(8, -1, -1)], id="turned round"),
        pytest.param([*_ROWS[:4], (4, "changed"), *_ROWS[5:]], [0, 1, 2, 3, None, 5, 6, 7, 8], id="changed"),
        pytest.param(_ROWS[:2], [0, 1], id="its beginning"),
    ],
)
def test_a_row_is_found_wherever_it_stands(rows: list[Row], found: list[int | None]) -> None:
    """And one that is new is found nowhere."""
    earlier, later = _table(_ROWS)[0], _table(rows)[0]
    assert _found(earlier, later) == [[] if row is None else [row] for row in found]


@given(rows_of_few_values, rows_of_few_values)
def test_no_row_is_missed_and_none_mistaken(earlier: list[Row], later: list[Row]) -> None:
    """Unless all earlier rows are there as they were, and the row was appended, equal rows are found; no others are."""
    found = _found(_table(earlier, ["x"])[0], _table(later, ["x"])[0])
    appended = len(later) >= len(earlier) and repr(later[len(earlier) - 1]) == repr(earlier[-1])
    for index, row in enumerate(later):
        equal = [place for place, one in enumerate(earlier) if repr(one) == repr(row)]
        assert set(found[index]) <= set(equal)
        assert bool(found[index]) == bool(equal) or (appended and index >= len(earlier))


def test_rows_that_stay_cost_one_reading_of_each() -> None:
    """Nothing is looked up in a table that was only appended to; in the same table nothing is read."""
    (earlier, source), (longer, _) = _table(_ROWS), _table([*_ROWS, (9, "new")])
    _found(earlier, longer)
    assert source.read == 1 + len(_ROWS)
    (wider, _), before = _table(_ROWS, modes="ab"), source.read
    _found(earlier, wider)
    assert source.read == before


def test_all_rows_are_read_once_however_many_have_moved() -> None:
    """Of a very long table none is: its rows are found where they stood."""
    earlier, source = _table(_ROWS)
    place = EarlierPlace(earlier)
    for later in (_table(_ROWS[::-1])[0], _table(_ROWS[1:])[0]):
        guess = place.guess(later)
        for index in range(later.size):
            guess(index, later.point(index))
    assert source.read < 3 * len(_ROWS)


def test_the_rows_of_a_very_long_table_are_found_in_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """To look them up would take memory for each of them."""
    monkeypatch.setattr(table_place, "_MOST_LISTED", 8)
    moved = [_ROWS[0], _ROWS[2], _ROWS[1], *_ROWS[3:]]
    assert _found(_table(_ROWS)[0], _table(moved)[0]) == [[0], [], [], *([row] for row in range(3, 9))]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        pytest.param("begin", [*range(9), None, None], id="before it is read"),
        pytest.param("rows", [*range(9), None, None], id="before its first row is compared"),
        pytest.param("list", [None, *range(1, 9), None, None], id="before all of it is listed"),
        pytest.param("end", [*range(1, 9), 0, None, None], id="once all of it is listed"),
    ],
)
def test_without_its_rows_each_is_taken_to_be_in_its_place(moment: str, found: list[int | None]) -> None:
    """The table may have been removed; a guess that is wrong costs an evaluation."""
    earlier, source = _table(_ROWS)
    later = _table([*_ROWS[1:], _ROWS[0], (9, "new"), (10, "new")])[0]
    place = EarlierPlace(earlier)
    source.left = {"begin": 0, "rows": 1, "list": 2, "end": 2 + len(_ROWS)}[moment]
    guess = place.guess(later)
    assert [list(guess(index, later.point(index))) for index in range(later.size)] == [
        [] if row is None else [row] for row in found
    ]


def test_the_rows_are_found_under_other_levels_of_a_grid() -> None:
    """Each in the block of its level, with its columns in any order, and with its replicate."""
    earlier = _table([(1, "a"), (2, "b")], modes="yx")[0]
    later = _table([("b", 2), ("a", 1), ("c", 3)], ("name", "x"), modes="xyz")[0]
    assert _found(earlier, later) == [[3], [2], [], [1], [0], [], [], [], []]
    assert _found(Replicated(earlier, 2), Replicated(later, 2))[:4] == [[6], [7], [4], [5]]


def test_a_list_and_a_table_have_the_same_points() -> None:
    """Either may extend the other."""
    table, listed = _table(_ROWS)[0], PointList(("x", "name"), tuple(_ROWS[::-1]))
    assert _found(table, listed) == _found(listed, table) == [[row] for row in range(8, -1, -1)]
