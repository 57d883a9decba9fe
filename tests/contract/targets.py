"""The target of the suites."""

from __future__ import annotations


def area(x: float, y: float) -> float:
    """Multiply."""
    return x * y
