"""Keyed bits: the same everywhere, another set for each seed and purpose."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from domain.sequences.keyed_hash import row_hash, row_words, shuffled
from domain.sequences.unit_sequence import LEAST_SEED, MOST_SEED

seeds = st.integers(LEAST_SEED, MOST_SEED)


@given(seeds, st.integers(0, 2**64 - 1), st.integers(1, 20))
def test_a_row_is_one_hash_for_eight_words(seed: int, number: int, words: int) -> None:
    """A block of eight words is BLAKE2b of the number and the block's place, both as 64 bits, little-endian."""
    blocks = [
        blake2b(
            number.to_bytes(8, "little") + place.to_bytes(8, "little"),
            key=seed.to_bytes(8, "little", signed=True),
            person=b"v1 random",
        ).digest()
        for place in range(3)
    ]
    assert row_hash(seed, "random", words)(number) == b"".join(blocks)[: 8 * words]


@given(seeds, st.integers(0, 2**52), st.integers(1, 40), st.integers(1, 40))
def test_more_words_leave_the_first_ones_as_they_are(seed: int, number: int, some: int, more: int) -> None:
    """A row of more words begins with the shorter row."""
    assert row_words(seed, "random", number, some + more)[:some] == row_words(seed, "random", number, some)


def test_seeds_and_purposes_and_numbers_have_bits_of_their_own() -> None:
    """No word comes twice among neighbouring seeds, the largest and least ones, purposes and numbers."""
    words = [
        word
        for seed in (*range(-20, 20), LEAST_SEED, MOST_SEED)
        for purpose in ("random", "order", "network")
        for number in range(20)
        for word in row_words(seed, purpose, number, 12)
    ]
    assert len(set(words)) == len(words) == 42 * 3 * 20 * 12


def test_the_bits_are_those_of_every_machine() -> None:
    """A word differs from this one where another platform, Python or version of the code hashes differently."""
    assert [f"{word:016x}" for word in row_words(-7, "random", 10**12, 9)[::4]] == [
        "ba710097bcbdc1c8",
        "b4859befe079719a",
        "b9d954c116899741",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_every_order_is_equally_likely(size: int) -> None:
    """Each of the `size!` orders comes equally often over 4,800 rows (chi-square at 0.1 %, one fixed seed)."""
    orders = Counter(tuple(shuffled(size, row_words(1, "order", number, size))) for number in range(4800))
    assert orders.keys() == set(permutations(range(size)))
    assert size == 1 or chisquare(list(orders.values())).pvalue > 0.001
