"""A Feistel network over a mixed radix, for many numbers at once.

A number is `right * 2^bits + left`, with `right` in 0..rows-1. In turn each half is moved by a round function of the
other one: `left` by exclusive or, `right` by a sum modulo `rows` (generalised Feistel: Black, Rogaway, "Ciphers with
arbitrary finite domains", CT-RSA 2002, section 4). So the numbers below `rows * 2^bits` are permuted, whatever the
round function is. Four rounds suffice for ideal round functions (Luby, Rackoff 1988); there are eight, as these are
two multiplications of 30 bits each. They make a design for experiments, and no cipher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.sequences.lanes import tiled

ROUNDS = 8
KEYS = 2 * ROUNDS
# A half, a key and a multiplier have at most 30 bits, which are one digit of Python's integers, so a product fits.
_BITS = 30
_MASK = (1 << _BITS) - 1
# Odd, and without a pattern: 2^30 times the fractions of the golden ratio and of the square root of 2, rounded down.
_GOLDEN, _ROOT = 663608941, 444758425


@dataclass(frozen=True, slots=True)
class Feistel:
    """The network for the lanes of one integer, each with keys of its own, which are lanes as well."""

    bits: int
    rows: int
    keys: tuple[int, ...]
    ones: int

    @classmethod
    def of(cls, size: int, keys: Sequence[Sequence[int]], copies: int) -> Feistel:
        """Return the network for at least `size` numbers (2 to 2^52), from `KEYS` words for each lane of a copy."""
        bits = (size - 1).bit_length() // 2
        lanes = [tiled([word & _MASK for word in words], copies) for words in zip(*keys, strict=True)]
        return cls(bits, -(-size // 2**bits), tuple(lanes), tiled((1,), len(keys) * copies))

    def images(self, numbers: int) -> int:
        """Return the images of numbers, all of them lanes."""
        bits, rows, ones, mask = self.bits, self.rows, self.ones, self.ones * _MASK
        low, wraps = ones * ((1 << bits) - 1), ones * ((1 << 32) - rows)
        left, right = numbers & low, numbers >> bits & mask
        keys = iter(self.keys)
        for key in keys:
            left ^= _mixed(right, key, next(keys), mask) & low
            moved = right + (_mixed(left, next(keys), next(keys), mask) * rows >> _BITS & mask)
            # Bit 32 of a lane is set where the sum has reached `rows`.
            right = moved - (moved + wraps >> 32 & ones) * rows
        return right << bits | left

    def beyond(self, images: int, size: int) -> int:
        """Return lanes with a 1 where an image is not below the size."""
        return images + self.ones * ((1 << 63) - size) >> 63 & self.ones


def _mixed(half: int, key: int, other: int, mask: int) -> int:
    """Return 30 mixed bits for each lane: twice a product with a key in it, its two halves of 30 bits folded."""
    product = (half ^ key) * _GOLDEN
    product = ((product ^ product >> _BITS) & mask ^ other) * _ROOT
    return (product ^ product >> _BITS) & mask
