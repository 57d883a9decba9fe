"""The stream seed: from it a target makes the random numbers of one replicate of one point.

It is a hash with a key, BLAKE2b (RFC 7693), of the point as text. Equal points have equal seeds in any order, shard and
sweep, on every machine and Python: a larger grid keeps the seeds of the points that a smaller one has too.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.sequences.keyed_hash import WORD_BYTES, keyed_hash

_PURPOSE = "stream seed"


def stream_seeds(base: int) -> Callable[[str], int]:
    """Return the function from a point's text to its seed, in 0..2^63 - 1, for a base seed of 64 bits (signed).

    The text is the JSON of the point's members, as a result line has them between the braces, the replicate's number
    among them. The hash's key is the base seed in 8 bytes, little-endian, and its personalisation `v1 stream seed`; the
    seed is the first 8 bytes of the 64, little-endian, shifted right by one bit.

    A target passes it to `numpy.random.default_rng(seed)`, whose `SeedSequence` spreads it over the generator's state.
    numpy's own way is `SeedSequence(base, spawn_key=(point, replicate))`; the hash takes the place of the spawn key, as
    a point that is named by its values is the same one in every sweep. Two of a million seeds are equal with a
    probability of 1 in 2 * 10^7.
    """
    fresh = keyed_hash(base, _PURPOSE).copy

    def stream_seed(point: str) -> int:
        hashed = fresh()
        hashed.update(point.encode())
        return int.from_bytes(hashed.digest()[:WORD_BYTES], "little") >> 1

    return stream_seed
