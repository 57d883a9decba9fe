"""Walking the combinations of a decision diagram in order, from any index to any other, without building it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from domain.designs.branches import Node
from domain.designs.walk import Column, walk

T = TypeVar("T")

# The combinations that follow after many rows are made once a walk: of a node with up to so many of them, and so many
# in all, to keep memory constant.
_KEPT_OF_A_NODE = 4096
_KEPT = 65_536


def walk_branches(first: Node, columns: Sequence[Column[T]], start: int, stop: int) -> Iterator[tuple[T, ...]]:
    """Yield the combinations `start..stop-1` from a node on, each the parts that its axes' columns add to it."""
    return iter(_Walk(columns, stop - start).below(first, start, stop))


class _Walk(Generic[T]):
    """One walk, and what it keeps."""

    def __init__(self, columns: Sequence[Column[T]], length: int) -> None:
        self._columns = columns
        # What is not passed over whole is not worth being kept.
        self._most = min(length, _KEPT_OF_A_NODE)
        self._left = _KEPT
        self._kept: dict[Node, tuple[tuple[T, ...], ...]] = {}

    def below(self, node: Node, start: int, stop: int) -> Iterable[tuple[T, ...]]:
        """Return the combinations `start..stop-1` of a node."""
        if node not in self._kept and node.size <= min(self._most, self._left):
            self._left -= node.size
            self._kept[node] = tuple(self._made(node, 0, node.size))
        kept = self._kept.get(node)
        return self._made(node, start, stop) if kept is None else kept[start:stop]

    def _made(self, node: Node, start: int, stop: int) -> Iterable[tuple[T, ...]]:
        return walk(self._product(node), start, stop) if node.is_product else self._branching(node, start, stop)

    def _product(self, node: Node) -> list[Column[T]]:
        columns = []
        while node.edges:
            columns.append(self._columns[node.axis])
            node = node.edges[0].target
        return columns

    def _branching(self, node: Node, start: int, stop: int) -> Iterator[tuple[T, ...]]:
        row = self._columns[node.axis].row
        begin = 0
        for edge, end in zip(node.edges, node.ends, strict=True):
            size = edge.target.size
            low, high = max(start - begin, 0), min(stop, end) - begin
            for number in range(low // size, -(-high // size)):
                prefix, base = row(edge.start + number), number * size
                for rest in self.below(edge.target, max(low - base, 0), min(high - base, size)):
                    yield prefix + rest
            begin = end
