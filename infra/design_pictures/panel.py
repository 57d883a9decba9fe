"""One of the two halves of a picture: a square with two axes, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

from domain.designs.design import Point
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from infra.design_pictures.svg import Colour, Shape, box, lines, mark, text, upright

SIDE = 300
LEFT, RIGHT, TOP = 60, 440, 58
# From the edge outwards: a tick of a point's projection, the labels of the ticks, the name of the axis.
_RUG, _LABELS, _NAME = (3, 9), 16, 33
TITLE, LEGEND = 22, 42
# An entry of a legend: from its mark to its text, and how wide a letter is.
_TO_TEXT, _LETTER = 10, 6.6


@dataclass(frozen=True, slots=True)
class Entry:
    """What a mark means, as a legend says it, and how it looks."""

    said: str
    colour: Colour = "blue"
    shape: Shape = "circle"
    hollow: bool = False

    def mark(self, x: float, y: float) -> str:
        """Return the mark at a place."""
        return mark(x, y, self.colour, self.shape, hollow=self.hollow)


PLAIN = Entry("a point")


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter between 0 and 1, or one with levels, which stand at equal distances."""

    name: str
    levels: tuple[Scalar, ...] = ()

    @classmethod
    def of(cls, parameter: Parameter) -> Axis:
        """Return the axis of a parameter with levels."""
        levels = parameter.levels
        return cls(parameter.name, tuple(levels.value(number) for number in range(levels.size)))

    def place(self, value: Scalar) -> float:
        """Return where a value is, from 0 to 1."""
        if self.levels:
            return (self.levels.index(value) + 0.5) / len(self.levels)
        return cast("float", value)  # of a uniform distribution

    @property
    def ticks(self) -> Sequence[tuple[float, str]]:
        """The labels with their places."""
        if self.levels:
            return [(self.place(level), _label(level)) for level in self.levels]
        return (0, "0"), (0.5, "0.5"), (1, "1")


@dataclass(frozen=True, slots=True)
class Panel:
    """A square with an axis to the right and one upwards, on the left or on the right of the picture."""

    across: Axis
    up: Axis
    on_right: bool = False

    @property
    def left(self) -> int:
        """Where its left edge is."""
        return RIGHT if self.on_right else LEFT

    def at(self, point: Point) -> tuple[float, float]:
        """Return the place of a point in the picture."""
        across, up = self.across.place(point[self.across.name]), self.up.place(point[self.up.name])
        return self.left + across * SIDE, TOP + (1 - up) * SIDE

    def frame(self, title: str, strata: tuple[int, int] = (1, 1)) -> Iterator[str]:
        """Yield its title, edges and axes, cut into so many equal strata to the right and upwards."""
        yield text(self.left, TITLE, title, "title", "start")
        if strata != (1, 1):
            yield self._borders(*strata)
        yield box(self.left, TOP, (SIDE, SIDE), "soft")
        yield from self._labels()

    def _borders(self, columns: int, rows: int) -> str:
        """Return the lines between strata."""
        xs = [self.left + SIDE * number / columns for number in range(1, columns)]
        ys = [TOP + SIDE * number / rows for number in range(1, rows)]
        across = ((self.left, y, self.left + SIDE, y) for y in ys)
        return lines([*((x, TOP, x, TOP + SIDE) for x in xs), *across])

    def _labels(self) -> Iterator[str]:
        bottom = TOP + SIDE
        for place, label in self.across.ticks:
            yield text(self.left + place * SIDE, bottom + _LABELS, label, "soft")
        for place, label in self.up.ticks:
            yield text(self.left - 7, TOP + (1 - place) * SIDE + 4, label, "soft", "end")
        yield text(self.left + SIDE / 2, bottom + _NAME, self.across.name)
        yield upright(self.left - 38, TOP + SIDE / 2, self.up.name)

    def marks(self, points: Sequence[Point], entry: Entry = PLAIN) -> Iterator[str]:
        """Yield the marks of points, which look as an entry of the legend does."""
        for point in points:
            yield entry.mark(*self.at(point))

    def rug(self, points: Sequence[Point]) -> Iterator[str]:
        """Yield ticks along the upper and the right edge, at the projections of points."""
        near, far = _RUG
        right, places = self.left + SIDE, [self.at(point) for point in points]
        above = ((x, TOP - near, x, TOP - far) for x, _ in places)
        yield lines([*above, *((right + near, y, right + far, y) for _, y in places)], "blue")

    def empty(self, points: Sequence[Point], strata: tuple[int, int]) -> Iterator[str]:
        """Yield a shade over each box of the strata that has no point."""
        columns, rows = strata
        size = SIDE / columns, SIDE / rows
        places = map(self.at, points)
        boxes = {(int((x - self.left) * columns / SIDE), int((y - TOP) * rows / SIDE)) for x, y in places}
        for column, row in product(range(columns), range(rows)):
            if (column, row) not in boxes:
                yield box(self.left + column * size[0], TOP + row * size[1], size, "shade", hollow=False)

    def legend(self, *entries: Entry) -> Iterator[str]:
        """Yield what marks mean, below the title."""
        x = self.left + 5.0
        for one in entries:
            yield one.mark(x, LEGEND - 4)
            yield text(x + _TO_TEXT, LEGEND, one.said, "soft", "start")
            x += _TO_TEXT + _LETTER * len(one.said) + 14


def _label(level: Scalar) -> str:
    return f"{level:.4g}" if isinstance(level, float) else str(level)
