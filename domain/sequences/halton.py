"""The Halton sequence, plain or with scrambled digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice
from math import isqrt

from domain.designs.design import check_index, check_range
from domain.sequences.keyed_hash import row_words, shuffled
from domain.sequences.radical_inverse import RadicalInverse, places
from domain.sequences.unit_sequence import check_sequence

_PURPOSE = "digits"


@dataclass(frozen=True, slots=True)
class Halton:
    """The Halton sequence: axis `k` is the radical inverse in the k-th prime (Halton 1960).

    Scrambled, each place of each axis has a random permutation of its digits (Owen, "A randomized Halton algorithm in
    R", 2017, arXiv:1706.02808), which breaks the pattern of neighbouring large primes and moves the first point away
    from the corner. Plain, the seed does nothing. More points, or more axes, leave the first ones as they are.
    """

    axes: int
    points: int
    seed: int
    scramble: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no sequence."""
        check_sequence(self.axes, self.points, self.seed)

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points

    def point(self, index: int) -> tuple[float, ...]:
        """Return one point; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        return tuple([inverse.value(index) for inverse in self._inverses()])

    def walk(self, start: int, stop: int) -> Iterator[tuple[float, ...]]:
        """Yield the points `start..stop-1` in order."""
        check_range(start, stop, self.size)
        return zip(*[inverse.walk(start, stop) for inverse in self._inverses()], strict=True)

    def _inverses(self) -> tuple[RadicalInverse, ...]:
        return _inverses(self.axes, self.seed if self.scramble else None)


@lru_cache(maxsize=4)
def _inverses(axes: int, seed: int | None) -> tuple[RadicalInverse, ...]:
    """Return the radical inverse of each axis, plain without a seed."""
    primes = islice(filter(_is_prime, count(2)), axes)
    if seed is None:
        return tuple(map(RadicalInverse.plain, primes))
    return tuple(RadicalInverse.scrambled(prime, _digits(prime, seed)) for prime in primes)


def _digits(base: int, seed: int) -> list[list[int]]:
    """Return a random permutation of the digits for each place."""
    words = row_words(seed, _PURPOSE, base, base * places(base))
    return [shuffled(base, words[first : first + base]) for first in range(0, len(words), base)]


def _is_prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, isqrt(number) + 1))
