"""Where a point with given values stands in a list of rows.

What is returned is a guess, made by a hash of the values as text: that a row has them is for the caller to see.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from domain.designs.grid_place import MOST_EQUAL, Values
from domain.space.scalars import Scalar

_WORD = 64


class RowPlace:
    """The rows of a list by their values: eight bytes a row, the number of the row below bits of its hash, in order."""

    def __init__(self, names: Sequence[str], rows: Iterable[Sequence[Scalar]], count: int) -> None:
        """Prepare for so many rows, which have the values in the order of the names."""
        self._names = tuple(names)
        self._bits = count.bit_length()
        self._entries = array("Q", sorted(self._entry(row) + number for number, row in enumerate(rows)))

    def indices(self, values: Values) -> Sequence[int]:
        """Return the indices at which a point may have these values; what does not exist at a point is null."""
        if not self._entries:
            return ()
        entry = self._entry(map(values.get, self._names))
        first = bisect_left(self._entries, entry)
        equal = self._entries[first : first + MOST_EQUAL]
        return [number for one in equal if (number := one - entry) < 1 << self._bits]

    def _entry(self, row: Iterable[Scalar]) -> int:
        """Return what the entries of rows with these values begin with. The text tells 1 from 1.0 and from true."""
        written = hash(tuple(map(repr, row)))
        return (written << self._bits) % (1 << _WORD)
