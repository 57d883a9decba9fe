"""Where the rows of a table stand in an earlier one: in the same place, or wherever a row has the same values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeAlias

from domain.designs.design import Design
from domain.designs.grid_place import Values
from domain.designs.row_place import RowPlace
from domain.designs.row_source import StoredDesign
from domain.errors import DependencyUnavailable
from domain.space.scalars import Scalar

# The rows of an earlier table with more of them are found in the same place alone.
_MOST_LISTED = 1 << 20

# From the number of a later row, and its values, to the numbers of the earlier rows that may have them.
RowGuess: TypeAlias = Callable[[int, Values], Sequence[int]]


class TablePlace:
    """The rows of an earlier table. Once they cannot be read, each later row is taken to be in the same place."""

    def __init__(self, earlier: StoredDesign) -> None:
        """Read nothing yet."""
        self._earlier = earlier
        self._names = [name for name, _ in earlier.columns]
        self._is_readable = True
        self._by_values: RowPlace | None = None

    def guess(self, later: Design) -> RowGuess:
        """Return how to find the rows of a design in the table."""
        stored = later if isinstance(later, StoredDesign) else None
        if stored and stored.table == self._earlier.table:
            return lambda row, _: (row,)
        is_longer = stored is not None and self._is_begun_by(stored)

        def found(row: int, values: Values) -> Sequence[int]:
            # As long as each row is in its place, none has to be looked up.
            if self._by_values is None:
                if row >= self._earlier.rows and is_longer:
                    return ()
                if row < self._earlier.rows and self._may_have(row, values):
                    return (row,)
            return self._looked_up(values)

        return found

    def _is_begun_by(self, later: StoredDesign) -> bool:
        """Return whether the last row of the table stands in a later one where it stood: what follows was appended."""
        last = self._earlier.rows - 1
        if last >= later.rows:
            return False
        (row,) = later.source.rows(last, last + 1)
        return self._may_have(last, dict(zip((name for name, _ in later.columns), row, strict=True)))

    def _may_have(self, row: int, values: Values) -> bool:
        """Return whether the table has these values in a row, or cannot be read."""
        if self._is_readable:
            with suppress(DependencyUnavailable):
                (known,) = self._earlier.source.rows(row, row + 1)
                return _written(known) == _written(map(values.get, self._names))
            self._is_readable = False
        return True

    def _looked_up(self, values: Values) -> Sequence[int]:
        """Return where the table may have these values; all of its rows are read once."""
        count = self._earlier.rows
        if self._by_values is None and self._is_readable and count <= _MOST_LISTED:
            try:
                self._by_values = RowPlace(self._names, self._earlier.source.rows(0, count), count)
            except DependencyUnavailable:
                self._is_readable = False
        return self._by_values.indices(values) if self._by_values else ()


def _written(row: Iterable[Scalar]) -> list[str]:
    return list(map(repr, row))
