"""Words side by side in one integer, and the floats that they become."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import example, given
from hypothesis import strategies as st

from domain.sequences.lanes import fractions, joined, packed, tiled, unpacked
from domain.sequences.unit_sequence import MOST_POINTS

words = st.integers(0, 2**64 - 1)


@given(st.lists(words), st.integers(1, 5))
def test_words_are_packed_and_unpacked(some: list[int], copies: int) -> None:
    """Packed words come back, as do copies of them and the rows that they are joined from."""
    assert list(unpacked(packed(some), len(some))) == some
    assert list(unpacked(tiled(some, copies), len(some) * copies)) == some * copies
    assert joined(word.to_bytes(8, "little") for word in some) == packed(some)


@given(st.integers(1, MOST_POINTS), st.integers(0, MOST_POINTS - 1), words)
@example(MOST_POINTS, MOST_POINTS - 1, 2**64 - 1)
@example(MOST_POINTS, 0, 0)
@example(MOST_POINTS - 1, MOST_POINTS - 2, 2**64 - 1)
@example(2**51 + 1, 2**51, 2**64 - 1)
@example(1, 0, 0)
@example(1, 0, 2**64 - 1)
@example(3, 2, 2**64 - 1)
def test_a_float_is_in_its_stratum_in_exact_arithmetic(size: int, number: int, word: int) -> None:
    """A float lies in its stratum, ends left out, for every number of strata, stratum and word."""
    stratum = number % size
    (value,) = fractions(stratum, word, size, 1)
    assert 0 < value < 1
    assert floor(Fraction(value) * size) == stratum
    assert Fraction(value) * size != stratum


@given(st.integers(1, MOST_POINTS), st.lists(st.tuples(st.integers(0, MOST_POINTS - 1), words), max_size=9))
def test_each_lane_is_rounded_by_itself(size: int, some: list[tuple[int, int]]) -> None:
    """Lanes together give what each gives alone, which is the exact quotient, correctly rounded."""
    strata = [number % size for number, _ in some]
    together = fractions(packed(strata), packed([word for _, word in some]), size, len(some))
    places = max(places for places in range(1, 54) if size << places <= 2**53)
    for stratum, (_, word), value in zip(strata, some, together, strict=True):
        inside = Fraction(2 * (word >> (64 - places + 1)) + 1, 2**places)
        assert value == float((stratum + inside) / size)
