"""The direction numbers, compared with those that scipy ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.stats
from scipy.stats import qmc

from domain.sequences.joe_kuo import DIGITS, directions
from domain.sequences.joe_kuo_numbers import PRIMITIVE
from domain.sequences.unit_sequence import MOST_AXES


def test_polynomials_and_initial_numbers_are_those_of_the_published_file() -> None:
    """Every line equals scipy's copy of new-joe-kuo-6.21201; scipy fills initial numbers up with zeros."""
    with np.load(Path(scipy.stats.__file__).with_name("_sobol_direction_numbers.npz")) as published:
        polynomials, initial = published["poly"][1:MOST_AXES].tolist(), published["vinit"][1:MOST_AXES].tolist()
    assert [polynomial for polynomial, _ in PRIMITIVE] == polynomials
    assert [[*numbers, *[0] * (len(initial[0]) - len(numbers))] for _, numbers in PRIMITIVE] == initial


def test_every_axis_has_scipys_direction_numbers() -> None:
    """All 52 numbers of all 128 axes equal those that scipy derives; fewer of them are the first of these."""
    expected = qmc.Sobol(MOST_AXES, scramble=False, bits=DIGITS)._sv.tolist()
    assert [list(directions(axis, DIGITS)) for axis in range(MOST_AXES)] == expected
    for count in (0, 1, 7, DIGITS):
        assert [list(directions(axis, count)) for axis in range(MOST_AXES)] == [row[:count] for row in expected]


def test_every_axis_that_a_sequence_may_have_has_numbers() -> None:
    """The first axis needs no polynomial."""
    assert 1 + len(PRIMITIVE) == MOST_AXES
