"""Counting the combinations of a decision diagram whose rows are some of all, without walking them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.designs.branches import Node

# How many combinations fit, and the index of the first.
Found: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is wanted: the rows of each axis, in order, and whether a combination fits that has no row of the axis."""

    rows: Sequence[Sequence[int]]
    may_miss: Sequence[bool]
    _known: dict[tuple[Node, int], Found] = field(default_factory=dict, repr=False, compare=False)

    def among(self, node: Node, axis: int = 0) -> Found:
        """Return how many combinations of a node fit, and the first; the axes from `axis` to the node's are missing."""
        if (node, axis) not in self._known:
            self._known[node, axis] = self._counted(node) if all(self.may_miss[axis : node.axis]) else (0, 0)
        return self._known[node, axis]

    def _counted(self, node: Node) -> Found:
        if not node.edges:
            return 1, 0
        count = first = begin = 0
        for edge, end in zip(node.edges, node.ends, strict=True):
            rows = self.rows[node.axis]
            low, high = bisect_left(rows, edge.start), bisect_left(rows, edge.stop)
            more, inner = self.among(edge.target, node.axis + 1) if low < high else (0, 0)
            if more and not count:
                first = begin + (rows[low] - edge.start) * edge.target.size + inner
            count += (high - low) * more
            begin = end
        return count, first
