"""The pictures of points that are written out, and of designs that are combined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from domain.designs.design import Design, Point
from domain.designs.grid import Grid
from domain.designs.sampled import Sampled
from infra.design_pictures.page import points_of, request_of
from infra.design_pictures.panel import Axis, Entry, Panel
from infra.design_pictures.sampled import X, Y
from infra.design_pictures.svg import path, text
from infra.design_pictures.table import table

_FIRST, _SAMPLED = Entry("first", "orange", "diamond"), Entry("sampled")


def grid() -> Iterator[str]:
    """Yield every combination in the order of the indices, and those of a zip group."""
    design = request_of("grid").design
    across, up = axes = [Axis.of(one) for one in design.parameters]
    zipped = Grid(tuple(design.parameters), (tuple(axis.name for axis in axes),))
    yield from _in_order(Panel(across, up), "grid", points_of(design))
    yield from _in_order(Panel(across, up, on_right=True), "grid with zip", points_of(zipped))


def points() -> Iterator[str]:
    """Yield the points with their numbers, and as a list."""
    listed = points_of(request_of("points").design)
    panel = Panel(X, Y)
    yield from panel.frame(f"{len(listed)} points")
    yield from panel.marks(listed)
    for number, (x, y) in enumerate(map(panel.at, listed)):
        yield text(x + 8, y - 6, str(number), "soft", "start")
    yield from table("the list", listed, len(listed))


def crossed() -> Iterator[str]:
    """Yield the points of each level of the grid's parameter: the same ones."""
    design = request_of("crossed").design
    for panel, (kind, found) in zip((Panel(X, Y), Panel(X, Y, on_right=True)), _by_kind(design), strict=True):
        yield from panel.frame(f"kind = {kind}: {len(found)} points")
        yield from panel.marks(found)


def first() -> Iterator[str]:
    """Yield the points that were written out before those that are sampled."""
    design = cast("Sampled", request_of("first").design)
    found, count = points_of(design), len(design.first)
    panel = Panel(X, Y)
    yield from panel.frame(f"{len(found)} points")
    yield from panel.legend(_FIRST, _SAMPLED)
    yield from panel.marks(found[count:], _SAMPLED)
    yield from panel.marks(found[:count], _FIRST)
    yield from table("their order", found, 8)


def when() -> Iterator[str]:
    """Yield the points of each kind over the parameters that it has."""
    design = request_of("when").design
    by_name = {one.name: one for one in design.parameters}
    for number, (kind, found) in enumerate(_by_kind(design)):
        across, up = (Axis.of(by_name[name]) for name in found[0] if name != "kind")
        panel = Panel(across, up, on_right=bool(number))
        yield from panel.frame(f"kind = {kind}: {len(found)} points")
        yield from panel.marks(found)


def _in_order(panel: Panel, title: str, found: Sequence[Point]) -> Iterator[str]:
    yield from panel.frame(f"{title}: {len(found)} points")
    yield path(map(panel.at, found), "soft")
    yield from panel.marks(found)
    for number in (0, 1, len(found) - 1):
        x, y = panel.at(found[number])
        yield text(x + 8, y + 10, str(number), "soft", "start")


def _by_kind(design: Design) -> list[tuple[str, list[Point]]]:
    """Return the points by their value of the parameter `kind`."""
    kinds: dict[str, list[Point]] = {}
    for point in points_of(design):
        kinds.setdefault(str(point["kind"]), []).append(point)
    return list(kinds.items())
