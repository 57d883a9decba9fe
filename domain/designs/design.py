"""Designs: how points are taken from a space. Every design knows its size and any point by its index alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, Self, TypeAlias, TypeVar

from domain.space.parameter import Parameter
from domain.space.scalars import Json, Scalar

T = TypeVar("T")
Render: TypeAlias = Callable[[str, Scalar], T]
Point: TypeAlias = dict[str, Scalar]


class Points(Protocol):
    """A deterministic, ordered set of points over named parameters."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in the order in which every point lists them."""
        ...

    @property
    def size(self) -> int:
        """How many points there are, at least 1."""
        ...

    def point(self, index: int) -> Point:
        """Return one point; `IndexError` outside `0..size-1`."""
        ...

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)` in the order of `names`.

        This is the fast path: a value that many points share is rendered once for a whole run of them.
        """
        ...


class Design(Points, Protocol):
    """Points that a request describes.

    A class of designs has a method `of` as well, which builds one from the parameters of a request and the options that
    a request states beside the design's kind. The options are its keyword parameters: their types, constraints and
    defaults are those of the document.
    """

    @property
    def travels_whole(self) -> bool:
        """Whether every worker gets the whole design; else a worker gets one of its own shard's points alone."""
        ...

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The parameters as the request has them; none where the design itself names them."""
        ...

    def part(self, start: int, stop: int) -> Self:
        """Return the design that a worker of the points `start..stop-1` gets.

        It is this one if `travels_whole`, else one of just these points, which counts them from 0. Of a point that is
        repeated it has every replicate.
        """
        ...

    def options(self) -> dict[str, Json]:
        """Return what a document says of the design beside its kind and its parameters."""
        ...


def check_index(index: int, size: int) -> None:
    """Refuse an index outside `0..size-1`."""
    if not 0 <= index < size:
        raise IndexError(f"no point has the index {index}; there are {size}")


def check_range(start: int, stop: int, size: int) -> None:
    """Refuse a range of indices that is not within `0..size-1`."""
    if not 0 <= start <= stop <= size:
        raise IndexError(f"no points {start}..{stop - 1}; there are {size}")
