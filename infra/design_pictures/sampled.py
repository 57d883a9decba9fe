"""The pictures of the sampled designs: their points on the left, and on the right what more `points` change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from domain.designs.saltelli import SaltelliDesign
from domain.designs.sampled import Sampled
from infra.design_pictures.page import points_of, request_of
from infra.design_pictures.panel import Axis, Entry, Panel
from infra.design_pictures.svg import path

X, Y = Axis("x"), Axis("y")
_KEPT, _ADDED, _OTHER = Entry("kept"), Entry("added", "orange", hollow=True), Entry("other points", "orange")
# What each row of a block of two parameters is, and its mark.
_ROWS = (
    Entry("A"),
    Entry("A with x of B", "green", "square"),
    Entry("A with y of B", "purple", "triangle"),
    Entry("B", "orange", "diamond"),
)
_BLOCKS_SHOWN = 3


def doubled(design: Sampled) -> Sampled:
    """Return the same design with twice the points."""
    sequence: Any = design.sequence  # each is a dataclass with this field
    return replace(design, sequence=replace(sequence, points=2 * sequence.points))


def random() -> Iterator[str]:
    """Yield the points in equal boxes, some of which have none."""
    return _grown("random", (8, 8), (8, 8))


def latin_hypercube() -> Iterator[str]:
    """Yield the points in the strata of both axes, of which each has one."""
    size = request_of("latin_hypercube").design.size
    return _grown("latin_hypercube", (size, size), (2 * size, 2 * size), shades=False)


def sobol() -> Iterator[str]:
    """Yield the points in equal boxes, of which each has one."""
    return _grown("sobol", (8, 8), (16, 8))


def halton() -> Iterator[str]:
    """Yield the points in boxes of the bases 2 and 3, of which each has one."""
    return _grown("halton", (8, 9), (16, 9))


def saltelli() -> Iterator[str]:
    """Yield a few blocks, each the corners of a rectangle, and all of them."""
    design = cast("SaltelliDesign", request_of("saltelli").design)
    points, rows = points_of(design), design.rows
    left, right = Panel(X, Y), Panel(X, Y, on_right=True)
    yield from left.frame(f"the first {_BLOCKS_SHOWN} of {len(points) // rows} blocks")
    yield from left.legend(*_ROWS)
    yield from right.frame(f"all {len(points) // rows} blocks")
    for block in range(_BLOCKS_SHOWN):
        own, with_x, with_y, other = map(left.at, points[block * rows : (block + 1) * rows])
        yield path((own, with_x, other, with_y, own), "soft")
    for row, entry in enumerate(_ROWS):
        yield from left.marks(points[row : _BLOCKS_SHOWN * rows : rows], entry)
        yield from right.marks(points[row::rows], entry)


def _grown(
    name: str, strata: tuple[int, int], strata_of_more: tuple[int, int], *, shades: bool = True
) -> Iterator[str]:
    """Yield a design, and the same with twice the points, each over its strata; boxes without a point are shaded."""
    design = cast("Sampled", request_of(name).design)
    points = points_of(design)
    more = points_of(doubled(design))
    is_kept = more[: len(points)] == points
    left, right = Panel(X, Y), Panel(X, Y, on_right=True)
    for panel, shown, boxes in ((left, points, strata), (right, more, strata_of_more)):
        yield from panel.empty(shown, boxes) if shades else ()
        yield from panel.frame(f"points: {len(shown)}", boxes)
    yield from left.rug(points)
    yield from left.marks(points)
    yield from right.legend(*((_KEPT, _ADDED) if is_kept else (_OTHER,)))
    yield from right.marks(more[len(points) :] if is_kept else more, _ADDED if is_kept else _OTHER)
    yield from right.marks(points if is_kept else ())
