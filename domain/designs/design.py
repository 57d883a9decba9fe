"""Designs: how points are taken from a space. Every design knows its size and any point by its index alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias, TypeVar

from domain.space.scalars import Scalar

T = TypeVar("T")
Render: TypeAlias = Callable[[str, Scalar], T]
Point: TypeAlias = dict[str, Scalar]


class Design(Protocol):
    """A deterministic, ordered set of points over named parameters."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order in which every point lists them."""
        ...

    @property
    def size(self) -> int:
        """How many points there are, at least 1."""
        ...

    def point(self, index: int) -> Point:
        """Give one point; `IndexError` outside `0..size-1`."""
        ...

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Give the points `start..stop-1` in order, each a tuple of `render(name, value)` in the order of `names`.

        This is the fast path: a value that many points share is rendered once for a whole run of them.
        """
        ...

    def part(self, start: int, stop: int) -> Design:
        """Give a design that still knows the points `start..stop-1` under their own indices, and may forget others."""
        ...


def check_index(index: int, size: int) -> None:
    """Refuse an index outside `0..size-1`."""
    if not 0 <= index < size:
        raise IndexError(f"no point has the index {index}; there are {size}")


def check_range(start: int, stop: int, size: int) -> None:
    """Refuse a range of indices that is not within `0..size-1`."""
    if not 0 <= start <= stop <= size:
        raise IndexError(f"no points {start}..{stop - 1}; there are {size}")
