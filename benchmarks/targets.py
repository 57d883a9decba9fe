"""The trivial target: the benchmark measures what is around it."""

from __future__ import annotations


def total(a: float, b: float, c: float, d: float, e: float, f: float) -> float:
    """Add six numbers."""
    return a + b + c + d + e + f
