"""Hypothesis strategies for probabilities, with those at which an inverse distribution function is at risk."""

from __future__ import annotations

import math

from hypothesis import strategies as st

# The greatest float below 1.
LAST = 1 - 2.0**-53
_powers = st.integers(1, 1074).map(lambda power: math.ldexp(1, -power))
_complements = st.integers(2, 53).map(lambda power: 1 - math.ldexp(1, -power))
_subnormal = st.floats(math.ulp(0), 2.0**-1022)
probabilities = st.floats(0, 1, exclude_min=True, exclude_max=True) | _powers | _complements | _subnormal
