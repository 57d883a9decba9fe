"""The explicit design: points written out one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.designs.design import Point, Render, check_index, check_range
from domain.errors import InvalidSweep
from domain.space.names import check_distinct, check_name
from domain.space.scalars import Scalar, check_scalar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PointList:
    """An explicit list of points; `rows[k]` holds the values of the point with index `first + k`."""

    names: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    first: int = 0

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
    def of(cls, points: Sequence[Mapping[str, Scalar]], first: int = 0) -> PointList:
        """Build the list from points by name; the first one gives the order, and all need the same names."""
        names = tuple(points[0]) if points else ()
        for number, point in enumerate(points):
            if point.keys() != set(names):
                raise InvalidSweep.at(
                    f"design.points.{number}", f"must name exactly {', '.join(names)}, as point 0 does"
                )
        return cls(names, tuple(tuple(point[name] for name in names) for point in points), first)

    @property
    def size(self) -> int:
        """The number of points up to the last one known."""
        return self.first + len(self.rows)

    def point(self, index: int) -> Point:
        """Give one point; `IndexError` if the list does not hold it."""
        check_index(index - self.first, len(self.rows))
        return dict(zip(self.names, self.rows[index - self.first], strict=True))

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Give the points `start..stop-1` in order, rendered."""
        check_range(start - self.first, stop - self.first, len(self.rows))
        rows = self.rows[start - self.first : stop - self.first]
        return (tuple(map(render, self.names, row)) for row in rows)

    def part(self, start: int, stop: int) -> PointList:
        """Give the list cut down to the points `start..stop-1`."""
        return PointList(self.names, self.rows[start - self.first : stop - self.first], start)
