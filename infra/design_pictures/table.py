"""Points as a table, which takes the place of a panel, and shards or points as cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from domain.designs.design import Point
from domain.space.scalars import Scalar
from infra.design_pictures.panel import LEFT, LEGEND, RIGHT, SIDE, TITLE, TOP
from infra.design_pictures.svg import box, lines, text

# Of a table: from line to line, from column to column, and the right edge of the first column.
_ROW, _COLUMN, _EDGE = 25, 68, 45
# The height of a bar.
_BAR = 12


def table(title: str, points: Sequence[Point], rows: int) -> Iterator[str]:
    """Yield the first points with their indices, on the right of the picture."""
    yield text(RIGHT, TITLE, title, "title", "start")
    yield from _row(0, ("index", *points[0]), "ink")
    yield lines([(RIGHT, TOP + 10, RIGHT + _EDGE + _COLUMN * len(points[0]), TOP + 10)], "soft")
    for number, point in enumerate(points[:rows]):
        yield from _row(number + 1, (number, *point.values()), "soft")
    if rows < len(points):
        yield from _row(rows + 1, ["..."] * (1 + len(points[0])), "soft")


def cells(title: str, filled: Sequence[bool], columns: int) -> Iterator[str]:
    """Yield a cell for each index, line by line as text is read, on the right of the picture."""
    yield text(RIGHT, TITLE, title, "title", "start")
    side = SIDE / columns
    for index, one in enumerate(filled):
        row, column = divmod(index, columns)
        x, y = RIGHT + column * side, TOP + row * side
        yield box(x + 2, y + 2, (side - 4, side - 4), "blue" if one else "orange", hollow=not one)
        yield text(x + side / 2, y + side / 2 + 4, str(index), "inverse" if one else "soft")


def bar(shards: int, started: AbstractSet[int], *, on_right: bool) -> Iterator[str]:
    """Yield the shards side by side below the title of a half, those that have started filled."""
    width = SIDE / shards
    for number in range(shards):
        x = (RIGHT if on_right else LEFT) + number * width
        yield box(x + 0.5, LEGEND - _BAR + 2, (width - 1, _BAR), "blue" if number in started else "faint", hollow=False)


def _row(number: int, values: Sequence[Scalar], kind: str) -> Iterator[str]:
    for column, value in enumerate(values):
        said = f"{value:.3f}" if isinstance(value, float) else str(value)
        yield text(RIGHT + _EDGE + column * _COLUMN, TOP + number * _ROW, said, kind, "end")
