"""Which points of one sequence another one begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeAlias

from domain.sequences.latin_hypercube import LatinHypercube
from domain.sequences.saltelli import Saltelli
from domain.sequences.unit_sequence import UnitSequence

# From the index of a point to that in an earlier sequence, or None if that does not have it.
EarlierIndex: TypeAlias = Callable[[int], int | None]

# What may differ between sequences of the same points: `axes` follows from the parameters.
_MAY_DIFFER = {"axes", "points", "second_order"}


def why_other_points(earlier: UnitSequence, later: UnitSequence) -> str | None:
    """Return why a sequence has none of the points of an earlier one, and what would have them; None if it has some."""
    if type(earlier) is not type(later):
        return "has a design of another kind, which takes other points; take the same kind"
    for name in _deciding(earlier):
        before, now = getattr(earlier, name), getattr(later, name)
        if before != now and not (name == "seed" and _is_plain(earlier) and _is_plain(later)):
            return f"has the {name} {_shown(before)}, and with {_shown(now)} all points are others; take the same"
    if isinstance(earlier, LatinHypercube) and earlier.size != later.size:
        return (
            f"is a latin_hypercube of {earlier.size:,} points, and one of {later.size:,} has none of them; "
            "a sobol, halton or random design keeps its first points"
        )
    return None


def earlier_index(earlier: UnitSequence, later: UnitSequence) -> EarlierIndex:
    """Return where a point of a sequence stands in an earlier one; `why_other_points` has no reason against it."""
    size = earlier.size
    if isinstance(earlier, Saltelli) and isinstance(later, Saltelli) and earlier.rows != later.rows:
        return _between_blocks(earlier, later)
    return lambda index: index if index < size else None


def _between_blocks(earlier: Saltelli, later: Saltelli) -> EarlierIndex:
    """Return where a point stands in blocks of other rows: those for second-order indices stand before the last row."""
    common, last = min(earlier.rows, later.rows) - 1, later.rows - 1

    def index_in(index: int) -> int | None:
        block, row = later.block_of(index), later.row_of(index)
        if block >= earlier.points or common <= row < last:
            return None
        return block * earlier.rows + (row if row < common else earlier.rows - 1)

    return index_in


def _deciding(sequence: UnitSequence) -> list[str]:
    own: Any = sequence  # each is a dataclass
    return [one.name for one in fields(own) if one.init and one.name not in _MAY_DIFFER]


def _is_plain(sequence: UnitSequence) -> bool:
    """Return whether a sequence is not scrambled: its seed does nothing."""
    return getattr(sequence, "scramble", None) in {"none", False}


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
