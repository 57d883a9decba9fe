"""Designs whose points are rows of a table that is stored elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions.kind import EVERY_KIND, NUMBERS, Kind
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_kinds import kinds_of_points
from domain.designs.point_list import PointList
from domain.designs.point_table import MOST_ROWS, PointTable
from domain.designs.replicated import Replicated
from domain.designs.row_source import stored_design
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.request import SweepRequest
from domain.space.names import MOST_PARAMETERS
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When
from tests.fakes.spaces import distinct_levels, point_lists

DIGEST = "0123456789abcdef" * 4
COLUMNS = {"x": ["number"], "y": ["text", "null"]}
MODE = Parameter("mode", Values(("a", "b")))


@dataclass(frozen=True)
class Rows:
    """Rows in memory."""

    of: tuple[tuple[Scalar, ...], ...]

    def rows(self, start: int, stop: int) -> Iterator[tuple[Scalar, ...]]:
        """Yield some of them."""
        yield from self.of[start:stop]


def _table(points: PointList, parameters: tuple[Parameter, ...] = ()) -> PointTable:
    """Return a table with the points of a list, to which it is bound."""
    columns = {name: ["number", "text", "boolean", "null"] for name in points.names}
    grid = [one.name for one in parameters]
    table = PointTable.of(parameters, table=DIGEST, columns=columns, rows=points.size, grid=grid)  # type: ignore[arg-type]  # as a document has them
    return table.bound(Rows(points.rows))


def _pairs(design: Design, start: int, stop: int) -> list[tuple[tuple[str, Scalar], ...]]:
    return list(design.walk(start, stop, lambda name, value: (name, value)))


@given(point_lists(), st.data())
def test_the_points_are_those_of_the_list_with_the_same_rows(points: PointList, data: st.DataObject) -> None:
    """Whichever range is walked, and whichever point is asked for."""
    table = _table(points)
    start = data.draw(st.integers(0, points.size))
    stop = data.draw(st.integers(start, points.size))
    assert (table.names, table.size) == (points.names, points.size)
    assert _pairs(table, start, stop) == _pairs(points, start, stop)
    assert [table.point(index) for index in range(points.size)] == [points.point(index) for index in range(points.size)]


@given(point_lists(), st.data())
def test_every_combination_of_the_grid_has_all_rows(points: PointList, data: st.DataObject) -> None:
    """The grid varies slowest; its parameters stand before those of the table."""
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    parameters = tuple(
        Parameter(f"grid_{number}", data.draw(distinct_levels(size))) for number, size in enumerate(sizes)
    )
    table, grid = _table(points, parameters), Grid(parameters)
    expected = [grid.point(outer) | points.point(inner) for outer in range(grid.size) for inner in range(points.size)]
    start = data.draw(st.integers(0, table.size))
    stop = data.draw(st.integers(start, table.size))
    assert [dict(pairs) for pairs in _pairs(table, start, stop)] == expected[start:stop]
    assert [table.point(index) for index in range(table.size)] == expected
    assert table.names == (*grid.names, *points.names)


def test_the_grid_may_have_conditions() -> None:
    """A parameter of the grid that does not exist is left out of the point, which has its row all the same."""
    depth = Parameter("depth", Values((2, 4)), When.of({"mode": "b"}))
    table = _table(PointList(("x",), ((1,), (2,))), (MODE, depth))
    assert [table.point(index) for index in range(table.size)] == [
        {"mode": "a", "x": 1},
        {"mode": "a", "x": 2},
        {"mode": "b", "depth": 2, "x": 1},
        {"mode": "b", "depth": 2, "x": 2},
        {"mode": "b", "depth": 4, "x": 1},
        {"mode": "b", "depth": 4, "x": 2},
    ]
    assert [dict(pairs) for pairs in _pairs(table, 1, 5)] == [table.point(index) for index in range(1, 5)]
    assert kinds_of_points(table)["depth"] == {Kind.NUMBER, Kind.NOTHING}


def test_it_travels_whole_and_has_no_rows_of_its_own() -> None:
    """A worker gets the digest; what needs a point of an unbound design is told that there are none."""
    table = PointTable.of(table=DIGEST, columns=COLUMNS, rows=10**6)  # type: ignore[arg-type]  # as a document has them
    assert table.travels_whole
    assert table.part(5, 9) is table
    assert table.options() == {"table": DIGEST, "columns": COLUMNS, "rows": 10**6}
    for ask in (lambda: table.point(0), lambda: _pairs(table, 0, 1)):
        with pytest.raises(DependencyUnavailable, match="not at hand"):
            ask()


def test_binding_changes_nothing_that_a_request_says() -> None:
    """A bound design is equal to the one without rows, and shows none of them."""
    table = PointTable.of(table=DIGEST, columns=COLUMNS, rows=2)  # type: ignore[arg-type]  # as a document has them
    bound = table.bound(Rows(((1, "secret"), (2, None))))
    assert bound == table
    assert "secret" not in repr(bound)
    assert bound.point(1) == {"x": 2, "y": None}


def test_the_kinds_of_its_values_are_those_of_its_columns() -> None:
    """A condition is checked without a row; the columns say the kinds, in one order."""
    table = PointTable.of([MODE], table=DIGEST, columns={"y": ["null", "text"]}, rows=2, grid=["mode"])
    assert kinds_of_points(Replicated(table, 2)) == {
        "mode": {Kind.TEXT},
        "y": {Kind.TEXT, Kind.NOTHING},
        "replicate": NUMBERS,
    }
    assert table.options()["columns"] == {"y": ["text", "null"]}
    assert table.options()["grid"] == ["mode"]
    every = _table(PointList(("x",), ((1,),)))
    assert kinds_of_points(every) == {"x": EVERY_KIND}
    with pytest.raises(InvalidSweep, match="where"):
        SweepRequest("lab", None, table).constrained("y < 1")


def test_a_stored_design_is_known_from_others() -> None:
    """A table is one, repeated or not; what computes its points is none."""
    table = _table(PointList(("x",), ((1,),)))
    assert stored_design(table) is table
    assert stored_design(Replicated(table, 3)) is table
    for other in (Grid((MODE,)), PointList(("x",), ((1,),)), Replicated(Grid((MODE,)), 2)):
        assert stored_design(other) is None


def test_an_index_beyond_its_size_is_refused() -> None:
    """As that of any design, also where the table has a grid."""
    for table in (_table(PointList(("x",), ((1,), (2,)))), _table(PointList(("x",), ((1,),)), (MODE,))):
        for index in (-1, 2):
            with pytest.raises(IndexError):
                table.point(index)
        with pytest.raises(IndexError):
            table.walk(0, 3, lambda _, value: value)


@pytest.mark.parametrize(
    ("changed", "path", "message"),
    [
        pytest.param({"table": DIGEST[1:]}, "design.table", "64 hexadecimal digits", id="a short digest"),
        pytest.param({"table": DIGEST + "\n"}, "design.table", "64 hexadecimal digits", id="a line break"),
        pytest.param({"table": "../" * 21 + "x"}, "design.table", "64 hexadecimal digits", id="a path"),
        pytest.param({"rows": 0}, "design.rows", "must be 1 to", id="no row"),
        pytest.param({"rows": MOST_ROWS + 1}, "design.rows", "must be 1 to", id="too many rows"),
        pytest.param({"columns": {}}, "design.columns", "at least one column", id="no column"),
        pytest.param({"columns": {"a b": ["null"]}}, "parameters.a b", "is not a name", id="no name"),
        pytest.param({"columns": {"if": ["null"]}}, "parameters.if", "keyword", id="a keyword"),
        pytest.param(
            {"columns": {f"p{number}": ["null"] for number in range(MOST_PARAMETERS + 1)}},
            "parameters",
            "at most",
            id="too many columns",
        ),
        pytest.param({"parameters": [MODE]}, "parameters.mode", "design.grid", id="a parameter beside the grid"),
        pytest.param({"grid": ["mode"]}, "design.grid.0", "none of the parameters", id="no parameter"),
        pytest.param(
            {"parameters": [MODE], "grid": ["mode", "mode"]}, "design.grid.1", "twice", id="twice in the grid"
        ),
        pytest.param(
            {"parameters": [Parameter("x", Values((1,)))], "grid": ["x"]}, "parameters.x", "twice", id="a column too"
        ),
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any], path: str, message: str) -> None:
    """The error names the place, and says what would be right."""
    options: dict[str, Any] = {"parameters": [], "table": DIGEST, "columns": COLUMNS, "rows": 2, **changed}
    with pytest.raises(InvalidSweep, match=message) as raised:
        PointTable.of(options.pop("parameters"), **options)
    assert raised.value.problems[0].path == path


def test_replicates_need_their_names() -> None:
    """A column cannot be called as the replicates' axis is, or as the seed that each gets."""
    for name in ("replicate", "seed"):
        with pytest.raises(InvalidSweep, match="choose another name"):
            Replicated(_table(PointList((name,), ((1,),))), 2)
