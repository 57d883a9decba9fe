"""The Sobol sequence: every 2^m points in a row, from a multiple of 2^m on, spread evenly over the unit cube."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate, chain, starmap
from operator import xor
from struct import unpack
from typing import get_args

from domain.designs.design import check_index, check_range
from domain.errors import InvalidSweep
from domain.sequences.joe_kuo import DIGITS, directions
from domain.sequences.keyed_hash import WORD_BYTES
from domain.sequences.scrambling import Scramble, linear, shift
from domain.sequences.unit_sequence import check_sequence

# Behind its 52 digits a scrambled coordinate has one more, a 1: it lies in the middle of its interval and is never 0.
_UNIT = 1 / (1 << (DIGITS + 1))
# A walk starts anew from an index after so many points. Few: they are in memory. Many: the start's cost is shared.
_BATCH = 1024
# The digit of the Gray code in which an index within a batch differs from the one before it; the first's is not used.
_FLIPS = tuple((number & -number).bit_length() - 1 for number in range(_BATCH))


@dataclass(frozen=True, slots=True)
class Sobol:
    """The first so many points of the sequence, at most 2^52, on up to 128 axes.

    The order is that of I. A. Antonov and V. M. Saleev, "An economic method of computing LP-tau sequences", USSR
    Comput. Math. Math. Phys. 19, 252 (1979): point `i` adds up, digit by digit without carry, the direction numbers of
    the ones in the Gray code of `i`. Unscrambled points equal those of `scipy.stats.qmc.Sobol`, of which the first is
    0; scrambled ones lie in (0, 1). With more points or more axes the first ones stay what they are.
    """

    axes: int
    points: int
    seed: int
    scramble: Scramble = "owen"
    _directions: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)
    # For one point alone the axes' words stand side by side in one integer, so that one operation adds to all of them.
    _start: int = field(init=False, repr=False, compare=False)
    _packed: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what is no sequence, and an unknown scrambling."""
        check_sequence(self.axes, self.points, self.seed)
        if self.scramble not in get_args(Scramble):
            raise InvalidSweep.at("design.scramble", f"must be one of {', '.join(get_args(Scramble))}")
        numbers = tuple(map(self._numbers, range(self.axes)))
        object.__setattr__(self, "_directions", numbers)
        object.__setattr__(self, "_start", _pack(map(self._first, range(self.axes))))
        object.__setattr__(self, "_packed", tuple(map(_pack, zip(*numbers, strict=True))))

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points

    def point(self, index: int) -> tuple[float, ...]:
        """Return one point, of coordinates in [0, 1); `IndexError` outside `0..size-1`."""
        check_index(index, self.points)
        return tuple(map(_UNIT.__mul__, self._words(index)))

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order: from one to the next, one direction number an axis is added."""
        check_range(start, stop, self.points)
        return chain.from_iterable(starmap(self._batch, _batches(start, stop)))

    def _batch(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points of a range within one batch; each step of it runs in C."""
        offset = start % _BATCH
        flips = _FLIPS[offset + 1 : offset + stop - start]
        columns = (
            accumulate(map(numbers.__getitem__, flips), xor, initial=first)
            for numbers, first in zip(self._directions, self._words(start), strict=True)
        )
        return zip(*(map(_UNIT.__mul__, column) for column in columns), strict=True)

    def _words(self, index: int) -> tuple[int, ...]:
        """Return the coordinates of a point, as words of 53 binary digits."""
        gray = index ^ index >> 1
        ones = (place for place in range(gray.bit_length()) if gray >> place & 1)
        packed = reduce(xor, map(self._packed.__getitem__, ones), self._start)
        return unpack(f"<{self.axes}Q", packed.to_bytes(self.axes * WORD_BYTES, "little"))

    def _first(self, axis: int) -> int:
        """Return the word of the first point."""
        return 0 if self.scramble == "none" else shift(axis, self.seed) << 1 | 1

    def _numbers(self, axis: int) -> tuple[int, ...]:
        """Return the direction numbers of an axis that the points need, as words of 53 binary digits."""
        numbers = directions(axis, (self.points - 1).bit_length())
        if self.scramble == "owen":
            numbers = linear(numbers, axis, self.seed)
        return tuple(number << 1 for number in numbers)


def _pack(words: Iterable[int]) -> int:
    """Return words side by side in one integer, the first of them lowest."""
    return int.from_bytes(b"".join(word.to_bytes(WORD_BYTES, "little") for word in words), "little")


def _batches(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a range within one batch each."""
    while start < stop:
        end = min(stop, start - start % _BATCH + _BATCH)
        yield start, end
        start = end
