"""Where the points of a design may stand in an earlier one: found by arithmetic, without walking the earlier points.

Points that are written out, in a list or a table, are looked up by their values. What is found is a guess. The text
that an earlier result has of its point decides whether it is the same point, so that a guess that is wrong costs time
and no result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.grid_place import GridPlace
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated, repetition
from domain.designs.row_place import RowPlace
from domain.designs.row_source import StoredDesign
from domain.designs.sampled import Sampled
from domain.designs.table_place import TablePlace
from domain.errors import InvalidSweep
from domain.sequences.beginning import earlier_index, why_other_points
from domain.space.scalars import Scalar

# From the index of a point in the sweep, and the values of the parameters that exist there by name, to the indices at
# which the earlier design may have it.
Guess: TypeAlias = Callable[[int, Mapping[str, Scalar]], Sequence[int]]


class EarlierPlace:
    """The points of an earlier design. What is needed to find them is made once, for all designs that extend it."""

    def __init__(self, earlier: Design) -> None:
        """Prepare for the earlier design."""
        self._design, self._count = repetition(earlier)
        self._by_values: Callable[[Mapping[str, Scalar]], Sequence[int]] | None = None
        match self._design:
            case Grid():
                self._by_values = GridPlace(self._design).indices
            case PointList():
                self._by_values = RowPlace(self._design.names, self._design.rows, self._design.size).indices
            case Sampled():
                self._by_values = RowPlace(self._design.names, self._design.first, len(self._design.first)).indices
                self._outer = GridPlace(self._design.outer).indices if self._design.outer else _the_first
            case StoredDesign():
                self._outer = GridPlace(self._design.outer).indices if self._design.outer else _the_first
                self._table = TablePlace(self._design)

    def guess(self, later: Design) -> Guess:
        """Return how to find a point of a design, or of a worker's part of it, in the earlier one."""
        design, count = repetition(later)
        found = self._unrepeated(design)
        if not isinstance(later, Replicated):
            return found

        def repeated(index: int, values: Mapping[str, Scalar]) -> Sequence[int]:
            number, replicate = divmod(index, count)
            if replicate >= self._count:
                return ()
            return [base * self._count + replicate for base in found(number, values)]

        return repeated

    def _unrepeated(self, later: Design) -> Guess:
        earlier, by_values = self._design, self._by_values
        if isinstance(earlier, StoredDesign):
            return self._row_by_row(earlier, later)
        if by_values is None:
            # Of a kind that is not known here: if the points of both begin alike, each stands where it stood.
            return lambda index, _: (index,) if index < earlier.size else ()
        if not isinstance(earlier, Sampled) or not isinstance(later, Sampled):
            return lambda _, values: by_values(values)
        inner, first, outer = earlier_index(earlier.sequence, later.sequence), len(later.first), self._outer
        size, before = later.sequence.size, len(earlier.first)
        earlier_size = earlier.sequence.size

        def found(index: int, values: Mapping[str, Scalar]) -> Sequence[int]:
            place = inner((index - first) % size) if index >= first else None
            listed = by_values(values)
            if place is None:
                return listed
            return [*listed, *[before + number * earlier_size + place for number in outer(values)]]

        return found

    def _row_by_row(self, earlier: StoredDesign, later: Design) -> Guess:
        """Return how to find what has the rows of an earlier table."""
        outer, rows_of = self._outer, self._table.guess(later)
        count = later.rows if isinstance(later, StoredDesign) else later.size

        def found(index: int, values: Mapping[str, Scalar]) -> Sequence[int]:
            rows = rows_of(index % count, values)
            return [number * earlier.rows + row for number in outer(values) for row in rows]

        return found


def check_extends(earlier: Design, later: Design) -> None:
    """Refuse a design that by its construction has no point of an earlier one, and say what would have some."""
    one, other = repetition(earlier)[0], repetition(later)[0]
    if not isinstance(one, Sampled):
        return
    why = why_other_points(one.sequence, other.sequence) if isinstance(other, Sampled) else None
    if not isinstance(other, Sampled) and not one.first:
        why = "has a sampled design, and only a sampled design has its points; take the same kind"
    if why:
        raise InvalidSweep.at("extends", why)


def _the_first(_: Mapping[str, Scalar]) -> Sequence[int]:
    return (0,)
