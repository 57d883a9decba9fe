"""Where a point with given values stands in a grid: each axis is looked up by itself, in constant or logarithmic time.

What is returned is a guess, made by values as text: that a point has it is for the caller to see.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from domain.designs.branches import Node
from domain.designs.grid import Grid
from domain.space.levels import Levels
from domain.space.ordered_levels import ORDERED, between
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar

# By name, the values of the parameters that exist at a point.
Values: TypeAlias = Mapping[str, Scalar]
# How the values of an axis are written: this tells 1 from 1.0 and from true, and 0.0 from -0.0.
_Written: TypeAlias = tuple[str, ...]

# Of equal points, so many are found.
MOST_EQUAL = 16
# Levels that are not in order are put into a table, up to so many.
_MOST_LISTED = 1_000_000
# So many values of an axis are remembered with their rows.
_MOST_KNOWN = 4096
# So many levels before and after its place a level may be that rounding has moved.
_NEAR = 2


class AxisPlace:
    """The rows of one axis of a grid by their values."""

    def __init__(self, axis: Sequence[Parameter]) -> None:
        """Prepare for the parameters that advance together on the axis."""
        self._names = tuple(one.name for one in axis)
        self._levels = tuple(one.levels for one in axis)
        self.size = self._levels[0].size
        self._searched = next((number for number, one in enumerate(self._levels) if _turns_never(one)), None)
        self._known: dict[_Written, tuple[int, ...]] = {} if self._searched is not None else self._listed()

    def rows(self, values: Values) -> Sequence[int]:
        """Return the first rows that have these values; none where one of the parameters has no value."""
        try:
            own = [values[name] for name in self._names]
        except KeyError:
            return ()
        written = tuple(map(repr, own))
        found = self._known.get(written)
        if found is not None or self._searched is None:
            return found or ()
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[written] = self._found(self._searched, own[self._searched], written)
        return self._known[written]

    def _found(self, searched: int, value: Scalar, written: _Written) -> tuple[int, ...]:
        """Return the rows with these values, of which one is in order along the axis."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return ()
        place = between(self._levels[searched], value, value)
        near = range(max(0, place.start - _NEAR), min(self.size, place.stop + _NEAR))
        # The ends of a geomspace are exact: rounding may have moved all others beyond them.
        rows = (row for row in (*islice(near, MOST_EQUAL), 0, self.size - 1) if self._written(row) == written)
        return tuple(dict.fromkeys(rows))

    def _written(self, row: int) -> _Written:
        return tuple([repr(levels.value(row)) for levels in self._levels])

    def _listed(self) -> dict[_Written, tuple[int, ...]]:
        listed: dict[_Written, tuple[int, ...]] = {}
        for row in range(self.size if self.size <= _MOST_LISTED else 0):
            before = listed.get(written := self._written(row), ())
            listed[written] = (*before, row) if len(before) < MOST_EQUAL else before
        return listed


class GridPlace:
    """The points of a grid by their values."""

    def __init__(self, grid: Grid) -> None:
        """Prepare for the axes of the grid."""
        self._axes = [AxisPlace(axis) for axis in grid.axes]
        self._branches = grid.branches

    def indices(self, values: Values) -> Sequence[int]:
        """Return the indices at which a point may have these values: more than one where levels are repeated."""
        if self._branches:
            return self._along(self._branches, values)
        found = [0]
        for axis in self._axes:
            rows = axis.rows(values)
            found = [before * axis.size + row for before in found for row in rows][:MOST_EQUAL]
        return found

    def _along(self, node: Node, values: Values) -> list[int]:
        """Return the indices of the combinations from a node on, as `Node.path` has them the other way round."""
        if not node.edges:
            return [0]
        found: list[int] = []
        for row in self._axes[node.axis].rows(values):
            place = bisect_right(node.edges, row, key=lambda edge: edge.start) - 1
            edge, before = node.edges[place], node.ends[place - 1] if place else 0
            base = before + (row - edge.start) * edge.target.size
            found += [base + rest for rest in self._along(edge.target, values)]
        return found[:MOST_EQUAL]


def _turns_never(levels: Levels) -> bool:
    """Return whether levels are in order, and do not all have one value."""
    return isinstance(levels, ORDERED) and levels.value(0) != levels.value(levels.size - 1)
