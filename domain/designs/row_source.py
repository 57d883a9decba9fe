"""Where the rows of a design come from that does not hold them itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from domain.designs.design import Design
from domain.designs.replicated import is_stored, repetition
from domain.errors import DependencyUnavailable
from domain.space.scalars import Scalar

if TYPE_CHECKING:
    from domain.designs.grid import Grid


class RowSource(Protocol):
    """Returns rows of one table by their numbers."""

    def rows(self, start: int, stop: int) -> Iterator[tuple[Scalar, ...]]:
        """Yield the rows `start..stop-1`, all of which the table has; raises `DependencyUnavailable`."""
        ...


class NoRows:
    """The source of a design that is bound to none: what needs no point needs no rows."""

    def rows(self, start: int, stop: int) -> Iterator[tuple[Scalar, ...]]:
        """Raise `DependencyUnavailable`."""
        raise DependencyUnavailable(f"the table's rows {start}..{stop - 1} are not at hand here")


@runtime_checkable
class StoredDesign(Design, Protocol):
    """A design whose rows are stored beside the sweep, as a table that a digest names."""

    @property
    def table(self) -> str:
        """The digest of the table."""
        ...

    @property
    def columns(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The names of the table's columns, each with the kinds of its values."""
        ...

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        ...

    @property
    def outer(self) -> Grid | None:
        """The grid of which every combination has all rows, if there is one."""
        ...

    @property
    def source(self) -> RowSource:
        """Where the rows come from."""
        ...

    def bound(self, source: RowSource) -> Design:
        """Return the same design, whose rows come from this source."""
        ...


def stored_design(design: Design) -> StoredDesign | None:
    """Return the design, or the one that is repeated, if its rows are stored beside the sweep; else None."""
    base, _ = repetition(design)
    return base if is_stored(design) and isinstance(base, StoredDesign) else None
