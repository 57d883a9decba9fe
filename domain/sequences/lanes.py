"""Many words of 64 bits side by side in one integer, so that one operation of Python works on all of them.

Lane `k` of a packed integer is its bits `64*k..64*k+63`. Operations whose results stay within a lane (`&`, `|`, `^`,
sums and products below 2^64, right shifts that are masked) treat each lane by itself, at about a nanosecond a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def fractions(strata: int, words: int, size: int, ones: int, count: int) -> list[float]:
    """Return for each of `count` lanes a float inside its stratum `s` of `size` equal ones, at a place set by a word.

    The float is (s + (2*m + 1) / 2^j) / size, correctly rounded, where j is the largest with `size` * 2^j <= 2^53 and m
    are the first j - 1 bits of the word. Numerator and denominator are exact, so there is one rounding, of at most
    2^-54. The ends of a stratum are at least 1 / (`size` * 2^j) >= 2^-53 away from the exact number. So the float is in
    the stratum too, in exact arithmetic, and in the open interval from 0 to 1. `ones` has a 1 in each lane.
    """
    places = _FLOAT_BITS - (size - 1).bit_length()
    odd = words >> (LANE - places) & ones * ((1 << places) - 1) | ones
    numerators = unpacked(strata << places | odd, count)
    return list(map(truediv, numerators, repeat(float(size << places))))
