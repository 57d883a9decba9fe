"""A walk in batches, whose points are computed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

# So many coordinates together make the cost of a batch small, and their integers fit a processor's cache.
_BATCH = 2048


def batches(
    axes: int, start: int, stop: int, coordinates: Callable[[int, int], list[float]]
) -> Iterator[tuple[float, ...]]:
    """Yield the points `start..stop-1`, from a function that gives the coordinates of `count` points from `first` on.

    It lists them one point after the other. Memory is that of one batch.
    """
    points = max(1, _BATCH // axes)

    def batch(first: int) -> Iterator[tuple[float, ...]]:
        coordinate = iter(coordinates(first, min(points, stop - first)))
        return zip(*[coordinate] * axes, strict=True)

    return chain.from_iterable(map(batch, range(start, stop, points)))
