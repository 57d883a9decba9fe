"""The target of the contract tests."""

from __future__ import annotations


def area(x: float, y: float) -> float:
    """Return `x` times `y`."""
    return x * y
