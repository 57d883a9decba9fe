"""Constraints that stand beside the type of a field, and say what a document may write there.

The reader checks them, and the JSON Schemas state them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number of `least..most`, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Length:
    """At least `least` entries, and no more than `most` where there is such a limit."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text that a regular expression matches as a whole."""

    regex: str
