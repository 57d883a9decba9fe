"""Many words of 64 bits side by side in one integer, so that one operation of Python works on all of them.

Lane `k` of a packed integer is its bits `64*k..64*k+63`. Operations whose results stay within a lane (`&`, `|`, `^`,
sums and products below 2^64, right shifts that are masked) treat each lane by itself, at about a nanosecond a lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import truediv
from struct import pack, unpack

from domain.sequences.keyed_hash import WORD_BYTES

LANE = 8 * WORD_BYTES
_FLOAT_BITS = 53


def packed(words: Sequence[int]) -> int:
    """Return words below 2^64 as the lanes of one integer."""
    return int.from_bytes(pack(f"<{len(words)}Q", *words), "little")


def unpacked(lanes: int, count: int) -> tuple[int, ...]:
    """Return the words of so many lanes."""
    return unpack(f"<{count}Q", lanes.to_bytes(count * WORD_BYTES, "little"))


def tiled(words: Sequence[int], copies: int) -> int:
    """Return the same words again and again, as lanes."""
    return int.from_bytes(pack(f"<{len(words)}Q", *words) * copies, "little")


def joined(rows: Iterable[bytes]) -> int:
    """Return rows of little-endian words as lanes, one row after the other."""
    return int.from_bytes(b"".join(rows), "little")


def fractions(strata: int, words: int, size: int, count: int) -> list[float]:
    """Return for each of `count` lanes a float inside its stratum, one of `size` equal ones, at a place set by a word.

    In stratum s it is (s + (2*m + 1) / 2^j) / size, correctly rounded, where j is the largest integer for which
    size * 2^j <= 2^53, and m are the first j-1 bits of the word. Numerator and denominator are exact, so there is one
    rounding, by at most 2^-54. The ends of the stratum are at least 1 / (size * 2^j) >= 2^-53 away. So the float is in
    the stratum as well, in exact arithmetic, and it is above 0 and below 1.
    """
    places = _FLOAT_BITS - (size - 1).bit_length()
    ones = tiled((1,), count)
    odd = words >> (LANE - places) & ones * ((1 << places) - 1) | ones
    return list(map(truediv, unpacked(strata << places | odd, count), repeat(float(size << places))))
