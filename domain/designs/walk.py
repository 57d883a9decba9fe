"""Walking a product of columns in order, from any index to any other, without building it.

The last column varies fastest (row-major order, Knuth, TAOCP 4A, 7.2.1.1): an index is a number in a mixed radix
whose digits are the rows of the columns. Everything to the left of the last column is walked once for each pass over
that column, so its cost is shared by a whole run of points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# A column of up to so many rows is computed once a walk that passes over all of it; else as it is met, to keep
# memory constant.
_KEPT_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One digit of the product: `row(number)`, for `number` in `0..size-1`, is the part it adds to a tuple."""

    size: int
    row: Callable[[int], tuple[T, ...]]


def at(columns: Sequence[Column[T]], index: int) -> tuple[T, ...]:
    """Return the tuple at one index in `0..product of sizes - 1`, in time proportional to the number of columns."""
    rows = []
    for column in reversed(columns):
        index, digit = divmod(index, column.size)
        rows.append(column.row(digit))
    return tuple(part for row in reversed(rows) for part in row)


def walk(columns: Sequence[Column[T]], start: int, stop: int) -> Iterator[tuple[T, ...]]:
    """Yield the tuples of the indices `start..stop-1` in order, in constant memory."""
    if not columns:
        return iter([()][start:stop])
    *outer, inner = columns
    return repeated(walk(outer, start // inner.size, -(-stop // inner.size)), inner, start, stop)


def repeated(prefixes: Iterable[tuple[T, ...]], inner: Column[T], start: int, stop: int) -> Iterator[tuple[T, ...]]:
    """Yield the tuples `start..stop-1` of those that each prefix makes with every row of the inner column.

    The prefixes are those of the range alone: the first one has the tuple `start`.
    """
    size = inner.size
    rows = tuple(map(inner.row, range(size))) if size <= min(_KEPT_ROWS, stop - start) else None
    index = start
    for prefix in prefixes:
        first = index % size
        last = min(size, first + stop - index)
        run: Iterable[tuple[T, ...]]
        run = map(inner.row, range(first, last)) if rows is None else rows[first:last]
        for row in run:
            yield prefix + row
        index += last - first
