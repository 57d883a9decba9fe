"""The table: points that were read from a file, and are stored beside the sweep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal, TypeAlias, TypeVar

from domain.designs.crossed import Crossed
from domain.designs.design import Point, Points, Render, check_index, check_range
from domain.designs.grid import Grid
from domain.designs.row_source import NoRows, RowSource
from domain.errors import InvalidSweep
from domain.space.constraints import Bounds, Length, Pattern
from domain.space.names import MOST_PARAMETERS, RULES, TABLE_DIGEST, Name, check_distinct, check_name
from domain.space.parameter import Parameter
from domain.space.scalars import Json

T = TypeVar("T")
# What a document calls the kinds of values, in the order in which it lists them.
ColumnKind: TypeAlias = Literal["number", "text", "boolean", "null"]
COLUMN_KINDS: tuple[ColumnKind, ...] = ("number", "text", "boolean", "null")
Columns: TypeAlias = tuple[tuple[str, tuple[ColumnKind, ...]], ...]
# As many as chunks of 4,096 rows can be numbered by six digits.
MOST_ROWS = 4096 * 10**6


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table as points; `source` has them."""

    names: tuple[str, ...]
    size: int
    source: RowSource

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        (row,) = self.source.rows(index, index + 1)
        return dict(zip(self.names, row, strict=True))

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        check_range(start, stop, self.size)
        return (tuple(map(render, self.names, row)) for row in self.source.rows(start, stop))


@dataclass(frozen=True, slots=True)
class PointTable:
    """The rows of a table, which its digest names; `columns` has its names, each with the kinds of its values.

    Every combination of the levels of the parameters, all of which are in `grid`, has all rows of the table. The rows
    travel with no request: they come from `source`, to which a design is bound where its points are needed.
    """

    travels_whole: ClassVar[bool] = True

    table: str
    columns: Columns
    rows: int
    parameters: tuple[Parameter, ...] = ()
    grid: tuple[str, ...] = ()
    source: RowSource = field(default_factory=NoRows, repr=False, compare=False)
    _points: Points = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what names no table, unusable names, a name used twice, and parameters that are not in the grid."""
        if not re.fullmatch(TABLE_DIGEST, self.table):
            raise InvalidSweep.at("design.table", RULES[TABLE_DIGEST])
        if not 1 <= self.rows <= MOST_ROWS:
            raise InvalidSweep.at("design.rows", f"must be 1 to {MOST_ROWS:,}")
        if not self.columns:
            raise InvalidSweep.at("design.columns", "is empty; a table has at least one column")
        for name, _ in self.columns:
            check_name(name)
        _check_grid(self.parameters, self.grid)
        points: Points = TableRows(tuple(name for name, _ in self.columns), self.rows, self.source)
        outer = self.outer
        if outer:
            points = Crossed((*outer.names, *points.names), outer, points)
        check_distinct(points.names)
        object.__setattr__(self, "_points", points)

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter] = (),
        *,
        table: Annotated[str, Pattern(TABLE_DIGEST)],
        columns: Annotated[
            Mapping[Name, Annotated[Sequence[ColumnKind], Length(1, len(COLUMN_KINDS))]], Length(1, MOST_PARAMETERS)
        ],
        rows: Annotated[int, Bounds(1, MOST_ROWS)],
        grid: Sequence[Name] = (),
    ) -> PointTable:
        """Build the design from what a client found in a file; raises `InvalidSweep`."""
        found = tuple((name, tuple(one for one in COLUMN_KINDS if one in kinds)) for name, kinds in columns.items())
        return cls(table, found, rows, tuple(parameters), tuple(grid))

    @property
    def outer(self) -> Grid | None:
        """The grid of which every combination has all rows, if there is one."""
        crossed = tuple(one for name in self.grid for one in self.parameters if one.name == name)
        return Grid(crossed) if crossed else None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the grid, in its order, and the columns of the table."""
        return self._points.names

    @property
    def size(self) -> int:
        """The number of points."""
        return self._points.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`, `DependencyUnavailable` without the table's rows."""
        return self._points.point(index)

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order; raises `DependencyUnavailable` without the table's rows."""
        return self._points.walk(start, stop, render)

    def part(self, start: int, stop: int) -> PointTable:  # noqa: ARG002 - the range does not matter: rows are stored
        """Return the design itself: it is its own shortest description."""
        return self

    def options(self) -> dict[str, Json]:
        """Return what names the table, and the grid where there is one."""
        columns: Json = {name: list(kinds) for name, kinds in self.columns}
        options: dict[str, Json] = {"table": self.table, "columns": columns, "rows": self.rows}
        return {**options, "grid": list(self.grid)} if self.grid else options

    def bound(self, source: RowSource) -> PointTable:
        """Return the same design, whose rows come from this source."""
        return replace(self, source=source)


def _check_grid(parameters: Sequence[Parameter], grid: Sequence[str]) -> None:
    names = [one.name for one in parameters]
    for number, name in enumerate(grid):
        if name not in names or name in grid[:number]:
            problem = "stands in it twice" if name in names else "is none of the parameters"
            raise InvalidSweep.at(f"design.grid.{number}", f"{name} {problem}")
    for name in names:
        if name not in grid:
            message = "has no part in a table of points; name it in design.grid, whose levels all have every row"
            raise InvalidSweep.at(f"parameters.{name}", message)
