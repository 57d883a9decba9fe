"""Scramblings of the Sobol sequence: random, and yet every net stays a net of the same quality.

`shift` adds one random word to an axis, digit by digit without carry: a digital shift, which leaves no point at 0 but
moves all of them alike.

`owen` is the random linear scrambling of J. Matoušek, "On the L2-discrepancy for anchored boxes", J. Complexity 14, 527
(1998), with such a shift after it; scipy scrambles in this way too. It is not the nested uniform scrambling of A. B.
Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences" (1995), but any two points of it have the joint distribution
that they have there. So an average over the points has the same mean and the same variance as there (Owen, "Variance
with alternative scramblings of digital nets", ACM Trans. Model. Comput. Simul. 13, 363, 2003), and since it is linear,
it changes the direction numbers alone: a point costs no more than without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import compress
from operator import xor
from typing import Literal, TypeAlias

from domain.sequences.joe_kuo import DIGITS
from domain.sequences.keyed_hash import WORD_BYTES, row_words

Scramble: TypeAlias = Literal["none", "owen", "shift"]

# What a random word has beyond the digits of a coordinate.
_SPARE = 8 * WORD_BYTES - DIGITS


def shift(axis: int, seed: int) -> int:
    """Return the random word of 52 digits that is added to an axis."""
    (word,) = row_words(seed, "sobol shift", axis, 1)
    return word >> _SPARE


def linear(directions: Sequence[int], axis: int, seed: int) -> tuple[int, ...]:
    """Return the direction numbers of an axis, of 52 digits each, times a random matrix.

    The matrix is lower triangular with ones on its diagonal, so that the first digit in which two points differ stays
    the first. It depends on seed and axis; fewer direction numbers give the first of the same results.
    """
    words = row_words(seed, "sobol matrix", axis, len(directions))
    columns = [_column(place, word >> _SPARE) for place, word in enumerate(words)]
    return tuple(reduce(xor, compress(columns, map(int, f"{number:0{DIGITS}b}"))) for number in directions)


def _column(place: int, word: int) -> int:
    """Return a column of the matrix, its first digit the highest bit: zeros, a one at its place, random digits."""
    one = 1 << (DIGITS - 1 - place)
    return one | word & (one - 1)
