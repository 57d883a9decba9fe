"""The explicit design: points written out one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

from domain.designs.design import Point, Render, check_index, check_range
from domain.errors import InvalidSweep
from domain.space.constraints import Length
from domain.space.names import MOST_PARAMETERS, Name, check_distinct, check_name
from domain.space.parameter import Parameter
from domain.space.scalars import Json, Scalar, check_scalar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PointList:
    """An explicit list of points; `rows[k]` holds the values of point `k`, in the order of `names`."""

    travels_whole: ClassVar[bool] = False

    names: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]

    def __post_init__(self) -> None:
        """Refuse an empty list, unusable names, a name used twice, rows of another width and non-finite numbers."""
        if not self.rows:
            raise InvalidSweep.at("design.points", "is empty; give at least one point")
        if not self.names:
            raise InvalidSweep.at("design.points.0", "names no parameter")
        for name in self.names:
            check_name(name)
        check_distinct(self.names)
        for number, row in enumerate(self.rows):
            if len(row) != len(self.names):
                raise InvalidSweep.at(f"design.points.{number}", f"needs a value for each of {', '.join(self.names)}")
            for name, value in zip(self.names, row, strict=True):
                check_scalar(f"design.points.{number}.{name}", value)

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter] = (),
        *,
        points: Annotated[Sequence[Annotated[Mapping[Name, Scalar], Length(1, MOST_PARAMETERS)]], Length(1)],
    ) -> PointList:
        """Build the list from points by name; the first one sets the order, and all need the same names.

        Raises `InvalidSweep`, for parameters as well: the points name theirs.
        """
        if parameters:
            raise InvalidSweep.at("parameters", "must be left out with the points design: its points name them")
        names = tuple(points[0]) if points else ()
        return cls(names, rows_of(names, points, "design.points"))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """None: the points name their parameters."""
        return ()

    @property
    def size(self) -> int:
        """The number of points."""
        return len(self.rows)

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        return dict(zip(self.names, self.rows[index], strict=True))

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        check_range(start, stop, self.size)
        return (tuple(map(render, self.names, row)) for row in self.rows[start:stop])

    def part(self, start: int, stop: int) -> PointList:
        """Return the list of the points `start..stop-1` alone."""
        return PointList(self.names, self.rows[start:stop])

    def options(self) -> dict[str, Json]:
        """Return the points."""
        return {"points": [dict(zip(self.names, row, strict=True)) for row in self.rows]}


def rows_of(names: Sequence[str], points: Sequence[Mapping[str, Scalar]], place: str) -> tuple[tuple[Scalar, ...], ...]:
    """Return the values of each point in the order of `names`; raises `InvalidSweep` unless each names all of them."""
    for number, point in enumerate(points):
        if point.keys() != set(names):
            raise InvalidSweep.at(f"{place}.{number}", f"must name exactly {', '.join(names)}, as every point does")
    return tuple(tuple(point[name] for name in names) for point in points)
