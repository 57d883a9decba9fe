"""A seed for each evaluation of a target, so that each has a random stream of its own."""

from __future__ import annotations

from domain.sequences.keyed_hash import WORD_BYTES, keyed_hash

_PURPOSE = "point seed"


def point_seed(seed: int, index: int, replicate: int) -> int:
    """Return the seed, in 0..2^63 - 1, of one replicate of one point in a sweep with this seed (64 bits, signed).

    It is a keyed hash of index and replicate, so it is the same in any order, shard or machine. A target calls
    `numpy.random.default_rng(seed)`, whose `SeedSequence` spreads the seed over the generator's state. numpy's own way
    is `SeedSequence(seed, spawn_key=(index, replicate))`, and it has the same purpose: streams by number, without one
    that waits for another. Here the number is hashed first, so that a target in any language and with any generator
    gets one integer. Two of a million evaluations get the same seed with a probability of 1 to 2 * 10^7.
    """
    hashed = keyed_hash(seed, _PURPOSE).copy()
    # As text an index of any size has one form, and the colon tells index and replicate apart.
    hashed.update(f"{index}:{replicate}".encode("ascii"))
    return int.from_bytes(hashed.digest()[:WORD_BYTES], "little") >> 1
