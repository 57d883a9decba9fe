"""The direction numbers of the Sobol sequence, for 128 axes."""

from __future__ import annotations

from domain.sequences.joe_kuo_numbers import PRIMITIVE

# A coordinate has so many binary digits: as many as a float has behind its first one.
DIGITS = 52


def directions(axis: int, count: int) -> tuple[int, ...]:
    """Return the first `count` direction numbers of an axis in `0..127`, each a word of 52 digits, at most 52 of them.

    Number k (from 1) has k digits at most, and its k-th is 1; the first digit is the highest bit. They follow from the
    first few by the recurrence of Bratley and Fox, "Algorithm 659", ACM Trans. Math. Softw. 14, 88 (1988), equation 2.
    """
    if axis == 0:
        return tuple(1 << (DIGITS - place) for place in range(1, count + 1))
    polynomial, initial = PRIMITIVE[axis - 1]
    words = [number << (DIGITS - place) for place, number in enumerate(initial, 1)]
    while len(words) < count:
        words.append(_next(words, polynomial))
    return tuple(words[:count])


def _next(words: list[int], polynomial: int) -> int:
    degree = polynomial.bit_length() - 1
    word = words[-degree] ^ words[-degree] >> degree
    for back in range(1, degree):
        if polynomial >> (degree - back) & 1:
            word ^= words[-back]
    return word
