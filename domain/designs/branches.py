"""A product some of whose axes exist only where others have certain rows: any combination by its index.

The combinations are the paths of a multi-valued decision diagram (Srinivasan et al., ICCAD 1990): a node for each axis
and each set of later axes that do not exist, an edge for each run of rows after which the same ones do not. Each node
knows how many paths lead on from it, so that a path is found by its number, as a digit is found by division.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

from domain.errors import InvalidSweep

# A worker makes the diagram anew for each shard.
MOST_EDGES = 10_000


@dataclass(frozen=True, slots=True)
class Axis:
    """So many rows; the axis exists only where each of these earlier axes exists and has one of these rows."""

    size: int
    conditions: Sequence[tuple[int, frozenset[int]]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """The rows `start..stop-1` of an axis, after each of which the same combinations follow."""

    start: int
    stop: int
    target: Node


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """All combinations of the axes from `axis` on that exist after some choice of rows of earlier ones.

    `ends` has for each edge how many combinations it has together with those before it; a node without edges is the end
    of every path. `is_product` says that all later axes exist, or not, whichever rows are chosen from here on.
    """

    axis: int
    edges: tuple[Edge, ...] = ()
    ends: tuple[int, ...] = field(init=False, repr=False)
    size: int = field(init=False)
    is_product: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Count the combinations."""
        counts = ((edge.stop - edge.start) * edge.target.size for edge in self.edges)
        ends = tuple(accumulate(counts))
        object.__setattr__(self, "ends", ends)
        object.__setattr__(self, "size", ends[-1] if ends else 1)
        only = len(self.edges) <= 1
        object.__setattr__(self, "is_product", only and all(edge.target.is_product for edge in self.edges))

    def path(self, index: int) -> list[tuple[int, int]]:
        """Return the axes that exist in combination `index`, in `0..size-1`, each with its row."""
        path: list[tuple[int, int]] = []
        node = self
        while node.edges:
            place = bisect_right(node.ends, index)
            edge = node.edges[place]
            row, index = divmod(index - (node.ends[place - 1] if place else 0), edge.target.size)
            path.append((node.axis, edge.start + row))
            node = edge.target
        return path


def diagram(axes: Sequence[Axis]) -> Node:
    """Return the first node of the combinations of these axes, the last of which varies fastest.

    Raises `InvalidSweep` for conditions so entangled that the diagram would be too large.
    """
    return _Diagram(axes).node(0, 0)


class _Diagram:
    """Builds nodes, each once. A set of axes is a number with a bit for each."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self._axes = axes
        self._nodes: dict[tuple[int, int], Node] = {}
        self._edges = 0
        self._dependents = [_dependents(number, axes) for number in range(len(axes))]
        self._runs = [_runs(axis.size, later) for axis, later in zip(axes, self._dependents, strict=True)]

    def node(self, axis: int, missing: int) -> Node:
        """Return the node of the first axis from this one on that is not missing."""
        while missing >> axis & 1:
            missing |= sum(1 << later for later in self._dependents[axis])
            axis += 1
        key = axis, missing >> axis
        if key not in self._nodes:
            self._nodes[key] = Node(axis, self._edges_of(axis, missing))
        return self._nodes[key]

    def _edges_of(self, axis: int, missing: int) -> tuple[Edge, ...]:
        if axis == len(self._axes):
            return ()
        reached = ((start, stop, self.node(axis + 1, missing | more)) for start, stop, more in self._runs[axis])
        edges = tuple(_joined(target, list(runs)) for target, runs in groupby(reached, lambda run: run[2]))
        self._edges += len(edges)
        if self._edges > MOST_EDGES:
            message = "exist in too many combinations; let fewer of them depend on others (when)"
            raise InvalidSweep.at("parameters", message)
        return edges


def _dependents(number: int, axes: Sequence[Axis]) -> dict[int, list[frozenset[int]]]:
    """Return the axes that exist by the rows of this one, each with the rows of each condition."""
    found = {later: [rows for on, rows in axis.conditions if on == number] for later, axis in enumerate(axes)}
    return {later: rows for later, rows in found.items() if rows}


def _runs(size: int, dependents: Mapping[int, Sequence[frozenset[int]]]) -> list[tuple[int, int, int]]:
    """Return the runs of rows after which the same axes are missing, with the set of these."""
    if not dependents:
        return [(0, size, 0)]

    def missing(row: int) -> int:
        return sum(1 << later for later, several in dependents.items() if not all(row in rows for rows in several))

    runs = (list(rows) for _, rows in groupby(range(size), missing))
    return [(rows[0], rows[-1] + 1, missing(rows[0])) for rows in runs]


def _joined(target: Node, runs: Sequence[tuple[int, int, Node]]) -> Edge:
    return Edge(runs[0][0], runs[-1][1], target)
