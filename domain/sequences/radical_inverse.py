"""The radical inverse: the digits of an index, mirrored at the point, each changed by a permutation of its own."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from math import nextafter
from operator import add, truediv

# A table has the digits of as many places as give it no more than so many rows.
_ROWS = 512
_FLOAT_BITS = 53
_BELOW_ONE = nextafter(1.0, 0.0)


def places(base: int) -> int:
    """Return how many digits in a base are at least 53 bits."""
    count = 1
    while base**count < 2**_FLOAT_BITS:
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class RadicalInverse:
    """The radical inverse in one base of the indices below 2^53, correctly rounded, and below 1.

    Numerators are exact: the sum of what the tables have for the digits of the index, the last digits' table first.
    """

    denominator: int
    tables: tuple[array[int], ...]

    @classmethod
    def plain(cls, base: int) -> RadicalInverse:
        """Return the radical inverse (van der Corput 1935; Niederreiter 1992, section 3.1)."""
        digits = range(base)
        return cls(base ** places(base), _tables([digits] * places(base), base, 1))

    @classmethod
    def scrambled(cls, base: int, digits: Sequence[Sequence[int]]) -> RadicalInverse:
        """Return the one whose digit `d` at the k-th place is `digits[k][d]`, with the leading place first.

        It is the middle of the interval that the digits leave, so never 0.
        """
        first, *rest = _tables(digits, base, 2)
        return cls(2 * base ** len(digits), (array("Q", [row + 1 for row in first]), *rest))

    def value(self, index: int) -> float:
        """Return the radical inverse of one index."""
        first = self.tables[0]
        high, low = divmod(index, len(first))
        return min((first[low] + self._numerator(high)) / self.denominator, _BELOW_ONE)

    def walk(self, start: int, stop: int) -> Iterator[float]:
        """Yield those of the indices `start..stop-1`."""
        size = len(self.tables[0])
        runs = (self._run(high, start, stop) for high in range(start // size, -(-stop // size)))
        quotients = map(truediv, chain.from_iterable(runs), repeat(self.denominator))
        # A numerator within 2^-54 of the denominator would be rounded to 1.
        return map(min, quotients, repeat(_BELOW_ONE))

    def _run(self, high: int, start: int, stop: int) -> Iterator[int]:
        """Return the numerators of those indices in the range that share all digits but those of the first table."""
        first = self.tables[0]
        offset = high * len(first)
        rows = first[max(start - offset, 0) : stop - offset]
        return map(add, rows, repeat(self._numerator(high)))

    def _numerator(self, high: int) -> int:
        """Return what all the tables but the first add for the digits that are theirs."""
        numerator = 0
        for table in self.tables[1:]:
            high, digit = divmod(high, len(table))
            numerator += table[digit]
        return numerator


def _tables(digits: Sequence[Sequence[int]], base: int, unit: int) -> tuple[array[int], ...]:
    """Return what the digits of each few places together add to a numerator, whose last place counts `unit`."""
    together = 1
    while base ** (together + 1) <= _ROWS:
        together += 1
    weights = [unit * base**place for place in reversed(range(len(digits)))]
    columns = [[image * weight for image in images] for images, weight in zip(digits, weights, strict=True)]
    return tuple(_table(columns[first : first + together]) for first in range(0, len(columns), together))


def _table(columns: Sequence[Sequence[int]]) -> array[int]:
    rows = [0]
    for column in columns:
        rows = [high + low for high in column for low in rows]
    return array("Q", rows)
