"""Bits from a seed: the one place that derives them, by a keyed hash of a counter.

The hash is BLAKE2b (RFC 7693; Aumasson, Neves, Wilcox-O'Hearn, Winnerlein 2013). Its key is the seed, and its
personalisation is a purpose, so that what one purpose draws is independent of what another one draws. Hashing a
counter gives random access (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The
bits are the same on every machine, and on every Python.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from struct import Struct, unpack

WORD_BYTES = 8
WORDS_PER_HASH = 8
# Another derivation gets another version, so that it cannot pass for this one.
_VERSION = "v1 "
_MESSAGE = Struct("<QQ")


@lru_cache(maxsize=32)
def keyed_hash(seed: int, purpose: str) -> blake2b:
    """Return the hash for a seed of 64 bits (signed) and a purpose (at most 13 ASCII characters); copy it to use it."""
    return blake2b(key=seed.to_bytes(8, "little", signed=True), person=(_VERSION + purpose).encode("ascii"))


@lru_cache(maxsize=32)
def row_hash(seed: int, purpose: str, words: int) -> Callable[[int], bytes]:
    """Return a function that gives a row of so many words of 64 bits, little-endian, for a number in 0..2^64 - 1.

    Eight words come from one hash of the number and of the hash's place in the row. More words leave the first ones
    as they are.
    """
    fresh, message, size = keyed_hash(seed, purpose).copy, _MESSAGE.pack, words * WORD_BYTES

    def block(number: int, place: int) -> bytes:
        hashed = fresh()
        hashed.update(message(number, place))
        return hashed.digest()

    def row(number: int) -> bytes:
        hashed = fresh()
        hashed.update(message(number, 0))
        return hashed.digest()[:size]

    def long_row(number: int) -> bytes:
        return b"".join([block(number, place) for place in range(-(-words // WORDS_PER_HASH))])[:size]

    return row if words <= WORDS_PER_HASH else long_row


def row_words(seed: int, purpose: str, number: int, words: int) -> tuple[int, ...]:
    """Return the words of one row, each in 0..2^64 - 1."""
    return unpack(f"<{words}Q", row_hash(seed, purpose, words)(number))


def shuffled(size: int, words: tuple[int, ...]) -> list[int]:
    """Return 0..size-1 in the order of as many random words, so that every order is equally likely.

    Of 256 words of 64 bits, two are equal with a probability below 10^-14; their numbers stay in order.
    """
    return sorted(range(size), key=words.__getitem__)
