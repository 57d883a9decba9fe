"""Points with a part for every parameter, also for those that do not exist at a point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from domain.designs.design import Design, Render
from domain.space.existence import optional_names

T = TypeVar("T")


def walk_whole(design: Design, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
    """Yield the points as the design's own `walk` does, with null as the value of what does not exist at a point.

    Where every parameter exists at every point, it is that walk itself.
    """
    optional = optional_names(design.parameters)
    if not optional:
        return design.walk(start, stop, render)
    names = design.names
    missing = {name: render(name, None) for name in optional}
    points = design.walk(start, stop, lambda name, value: (name, render(name, value)))
    filled = ({**missing, **dict(point)} for point in points)
    return (tuple([parts[name] for name in names]) for parts in filled)
