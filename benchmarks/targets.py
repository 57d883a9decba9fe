"""A trivial target, so that the benchmarks measure the sweep and not the target."""

from __future__ import annotations


def total(a: float, b: float, c: float, d: float, e: float, f: float) -> float:
    """Return the sum of six numbers."""
    return a + b + c + d + e + f
