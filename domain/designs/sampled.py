"""Sampled designs: what those have in common whose points a sequence in the unit cube sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

from domain.designs.chained import Chained
from domain.designs.crossed import Crossed
from domain.designs.design import Point, Points, Render
from domain.designs.drawn import Drawn
from domain.designs.existing import Existing
from domain.designs.grid import Grid
from domain.designs.point_list import PointList, rows_of
from domain.errors import InvalidSweep, MalformedSweep
from domain.sequences.unit_sequence import LEAST_SEED, MOST_POINTS, MOST_SEED, UnitSequence
from domain.space.constraints import Bounds, Length
from domain.space.existence import check_conditions, existing, optional_names
from domain.space.names import MOST_PARAMETERS, Name, check_distinct
from domain.space.parameter import Parameter
from domain.space.scalars import Json, Scalar

T = TypeVar("T")
PointCount: TypeAlias = Annotated[int, Bounds(1, MOST_POINTS)]
Seed: TypeAlias = Annotated[int, Bounds(LEAST_SEED, MOST_SEED)]
Names: TypeAlias = Sequence[Name]
Rows: TypeAlias = Sequence[Annotated[Mapping[Name, Scalar], Length(1, MOST_PARAMETERS)]]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Points whose coordinates a sequence sets, an axis for each parameter that is not in `grid`.

    Every combination of the levels of the parameters in `grid` has all points of the sequence. The points in `first`
    stand before all others. A parameter that is sampled has an axis of the sequence whether it exists or not: points
    lack it where it does not, and of those that are then equal each stays.
    """

    travels_whole: ClassVar[bool] = True

    parameters: tuple[Parameter, ...]
    sequence: UnitSequence
    grid: tuple[str, ...] = ()
    first: tuple[tuple[Scalar, ...], ...] = ()
    _points: Points = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a name used twice, a distribution in `grid`, and values that no point can have."""
        check_distinct(self.names)
        check_conditions(self.parameters)
        drawn = tuple(one for one in self.parameters if one.name not in self.grid)
        points: Points = Drawn(drawn, self.sequence)
        is_partial = bool(optional_names(self.parameters))
        if outer := self.outer:
            # Where parameters are missing, they are put in order once it is known which.
            points = Crossed((*outer.names, *points.names) if is_partial else self.names, outer, points)
        if self.first:
            points = Chained(PointList(self.names, self.first), points)
        if is_partial:
            points = Existing(points, self.parameters)
        object.__setattr__(self, "_points", points)

    @classmethod
    def over(
        cls,
        parameters: Sequence[Parameter],
        sequence: Callable[[int], UnitSequence],
        grid: Names = (),
        first: Rows = (),
    ) -> Self:
        """Build the design from the sequence of so many axes; raises `InvalidSweep`."""
        if not parameters:
            raise MalformedSweep.at("parameters", "is missing; name at least one parameter")
        names = [one.name for one in parameters]
        for number, name in enumerate(grid):
            if name not in names or name in grid[:number]:
                problem = "stands in it twice" if name in names else f"is not a parameter; there are {', '.join(names)}"
                raise InvalidSweep.at(f"design.grid.{number}", f"{name} {problem}")
        _check_crossed(parameters, grid)
        if len(grid) == len(names):
            raise InvalidSweep.at("design.grid", "has all parameters, and leaves none to sample; use the grid design")
        rows = _rows(parameters, first) if optional_names(parameters) else rows_of(names, first, "design.first")
        return cls(tuple(parameters), sequence(len(names) - len(grid)), tuple(grid), rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the request."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def outer(self) -> Grid | None:
        """The combinations that have all points of the sequence each, if there is a grid."""
        crossed = tuple(one for name in self.grid for one in self.parameters if one.name == name)
        return Grid(crossed) if crossed else None

    @property
    def size(self) -> int:
        """The number of points."""
        return self._points.size

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        return self._points.point(index)

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        return self._points.walk(start, stop, render)

    def part(self, start: int, stop: int) -> Self:  # noqa: ARG002 - the range does not matter: points are computed
        """Return the design itself: it is its own shortest description."""
        return self

    def options(self) -> dict[str, Json]:
        """Return the options of the sequence, and the others where there are any."""
        sequence: Any = self.sequence  # each is a dataclass, whose fields are options but for the number of axes
        options = {one.name: getattr(sequence, one.name) for one in fields(sequence) if one.init and one.name != "axes"}
        if self.grid:
            options["grid"] = list(self.grid)
        if self.first:
            points = (dict(zip(self.names, row, strict=True)) for row in self.first)
            options["first"] = [{**existing(self.parameters, point)} for point in points]
        return options


def _check_crossed(parameters: Sequence[Parameter], grid: Names) -> None:
    """Refuse a parameter in the grid that exists by the values of one that is sampled, or that follows in the grid."""
    conditions = {one.name: one.when for one in parameters if one.when}
    for number, name in enumerate(grid):
        for deciding in conditions[name].names if name in conditions else ():
            if deciding not in grid[:number]:
                message = f"{name} exists by the values of {deciding}; put {deciding} before it, or leave {name} out"
                raise InvalidSweep.at(f"design.grid.{number}", message)


def _rows(parameters: Sequence[Parameter], points: Rows) -> tuple[tuple[Scalar, ...], ...]:
    """Return the values of each point, null for what does not exist; it must name exactly what exists by its values."""
    rows = []
    for number, point in enumerate(points):
        filled = {one.name: point.get(one.name) for one in parameters}
        names = existing(parameters, filled)
        if point.keys() != names.keys():
            message = f"must name exactly {', '.join(names)}, which exist by its values"
            raise InvalidSweep.at(f"design.first.{number}", message)
        rows.append(tuple(filled.values()))
    return tuple(rows)
