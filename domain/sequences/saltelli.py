"""The cross-sampled design of variance-based sensitivity analysis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from domain.designs.design import check_index, check_range
from domain.sequences.scrambling import Scramble
from domain.sequences.sobol import Sobol


@dataclass(frozen=True, slots=True)
class Saltelli:
    """Blocks of `axes + 2` rows, one for each of `points` base points, for first- and total-order indices.

    A base point, of a Sobol sequence with twice the axes, is two independent points, A and B. The rows of its block are
    A, then for each axis A with this coordinate of B, then B. For second-order indices, B with this coordinate of A for
    each axis comes before B. The order is that of `SALib.sample.sobol`.

    A. Saltelli, "Making best use of model evaluations to compute sensitivity indices", Comput. Phys. Commun. 145, 280
    (2002); Saltelli et al., "Variance based sensitivity analysis of model output. Design and estimator for the total
    sensitivity index", Comput. Phys. Commun. 181, 259 (2010).

    The index of a point is `block * rows + row`; more base points leave the first blocks as they are.
    """

    axes: int
    points: int
    seed: int
    scramble: Scramble = "owen"
    second_order: bool = False
    _base: Sobol = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what the Sobol sequence of twice the axes refuses."""
        object.__setattr__(self, "_base", Sobol(2 * self.axes, self.points, self.seed, self.scramble))

    @property
    def rows(self) -> int:
        """How many points a block has."""
        return self.axes * (2 if self.second_order else 1) + 2

    @property
    def size(self) -> int:
        """The number of points, of all blocks together."""
        return self.points * self.rows

    def block_of(self, index: int) -> int:
        """Return to which block, in `0..points-1`, a point belongs."""
        return index // self.rows

    def row_of(self, index: int) -> int:
        """Return which row of its block, in `0..rows-1`, a point is."""
        return index % self.rows

    def point(self, index: int) -> tuple[float, ...]:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        return self._row(self._base.point(self.block_of(index)), self.row_of(index))

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order; the rows of a block share their base point."""
        check_range(start, stop, self.size)
        first = self.block_of(start)
        points = chain.from_iterable(map(self._block, self._base.walk(first, -(-stop // self.rows))))
        return islice(points, start - first * self.rows, stop - first * self.rows)

    def _block(self, base: tuple[float, ...]) -> list[tuple[float, ...]]:
        return [self._row(base, row) for row in range(self.rows)]

    def _row(self, base: tuple[float, ...], row: int) -> tuple[float, ...]:
        """Return a row of a block: between A and B, one of them with one coordinate of the other."""
        own, other = base[: self.axes], base[self.axes :]
        if row == 0:
            return own
        if row == self.rows - 1:
            return other
        if row > self.axes:
            own, other, row = other, own, row - self.axes
        return (*own[: row - 1], other[row - 1], *own[row:])
