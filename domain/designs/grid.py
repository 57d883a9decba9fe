"""The grid: every combination of the parameters' levels, with groups of parameters that advance together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar

from domain.designs.design import Point, Render, check_index, check_range
from domain.designs.walk import Column, at, walk
from domain.errors import InvalidSweep, MalformedSweep
from domain.space.constraints import Length
from domain.space.existence import check_conditions, optional_names
from domain.space.levels import Levels
from domain.space.names import Name, check_distinct
from domain.space.parameter import Parameter
from domain.space.scalars import Json
from domain.space.when import When

if TYPE_CHECKING:
    from domain.designs.branches import Node

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grid:
    """Every combination of the parameters' levels; the last parameter varies fastest.

    The parameters of a zip group advance together, as one axis that stands where the group's first member stands.
    A parameter that does not exist at a point is left out of it, and of combinations that differ in such parameters
    alone there is one point: the points are in the order in which all combinations first have them.
    """

    travels_whole: ClassVar[bool] = True

    parameters: tuple[Parameter, ...]
    zip: tuple[tuple[str, ...], ...] = ()
    size: int = field(init=False)
    _axes: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)
    _branches: Node | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse an empty space, a name used twice, and zip groups that do not fit the parameters."""
        if not self.parameters:
            raise InvalidSweep.at("parameters", "is empty; name at least one parameter")
        check_distinct(self.names)
        check_conditions(self.parameters)
        object.__setattr__(self, "_axes", self._arrange())
        branches = self._diagram() if optional_names(self.parameters) else None
        object.__setattr__(self, "_branches", branches)
        sizes = (self._levels(axis[0]).size for axis in self._axes)
        object.__setattr__(self, "size", branches.size if branches else math.prod(sizes))

    @classmethod
    def of(
        cls,
        parameters: Sequence[Parameter],
        *,
        zip: Sequence[Annotated[Sequence[Name], Length(1)]] = (),  # noqa: A002 - the document's own key
    ) -> Grid:
        """Build the grid of these parameters; raises `InvalidSweep`."""
        if not parameters:
            raise MalformedSweep.at("parameters", "is missing; name at least one parameter")
        return cls(tuple(parameters), tuple(map(tuple, zip)))

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the request."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def axes(self) -> tuple[tuple[Parameter, ...], ...]:
        """The axes, slowest first: each the parameters that advance together on it."""
        return tuple(tuple(self.parameters[position] for position in axis) for axis in self._axes)

    @property
    def branches(self) -> Node | None:
        """The combinations of the axes, in the order of `axes`, if some do not exist at every point; else None."""
        return self._branches

    def point(self, index: int) -> Point:
        """Return one point, by mixed-radix arithmetic; `IndexError` outside `0..size-1`."""
        check_index(index, self.size)
        if self._branches:
            rows = ((self.axes[axis], row) for axis, row in self._branches.path(index))
            found = {one.name: one.levels.value(row) for axis, row in rows for one in axis}
            return {name: found[name] for name in self.names if name in found}
        values = at(self._columns(lambda _, value: value), index)
        return dict(zip(self.names, self._reorder()(values), strict=True))

    def rows(self, index: int) -> tuple[int, ...]:
        """Return which row of each of `axes` a point has; of one that does not exist there, how many rows there are."""
        check_index(index, self.size)
        sizes = [self._levels(axis[0]).size for axis in self._axes]
        if self._branches is None:
            return at([Column(size, lambda row: (row,)) for size in sizes], index)
        found = dict(self._branches.path(index))
        return tuple(found.get(axis, size) for axis, size in enumerate(sizes))

    def walk(self, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        """Yield the points `start..stop-1` in order, each a tuple of `render(name, value)`."""
        check_range(start, stop, self.size)
        if self._branches:
            return self._walk_branches(self._branches, start, stop, render)
        tuples = walk(self._columns(render), start, stop)
        return tuples if self._is_in_order else map(self._reorder(), tuples)

    def part(self, start: int, stop: int) -> Grid:  # noqa: ARG002 - the range does not matter to a grid
        """Return the grid itself: it is its own shortest description."""
        return self

    def options(self) -> dict[str, Json]:
        """Return the zip groups, where there are any."""
        return {"zip": [list(group) for group in self.zip]} if self.zip else {}

    def _walk_branches(self, branches: Node, start: int, stop: int, render: Render[T]) -> Iterator[tuple[T, ...]]:
        from domain.designs.branch_walk import walk_branches  # noqa: PLC0415 - few grids have branches

        if self._is_in_order:
            return walk_branches(branches, self._columns(render), start, stop)
        places = {name: place for place, name in enumerate(self.names)}
        columns = self._columns(lambda name, value: (places[name], render(name, value)))
        placed = walk_branches(branches, columns, start, stop)
        return (tuple([part for _, part in sorted(parts, key=itemgetter(0))]) for parts in placed)

    def _diagram(self) -> Node:
        from domain.designs.branches import Axis, diagram  # noqa: PLC0415 - few grids have branches

        return diagram([Axis(self._levels(axis[0]).size, self._conditions(axis[0])) for axis in self._axes])

    def _conditions(self, position: int) -> list[tuple[int, frozenset[int]]]:
        """Return the rows of other axes on which that of a parameter exists: its parameters have the same condition."""
        when = self.parameters[position].when
        return [self._condition(when, name) for name in when.names] if when else []

    def _condition(self, when: When, name: str) -> tuple[int, frozenset[int]]:
        position = self.names.index(name)
        axis = next(number for number, members in enumerate(self._axes) if position in members)
        levels = self._levels(position)
        rows = (row for row in range(levels.size) if when.allows(name, levels.value(row)))
        return axis, frozenset(rows)

    def _levels(self, position: int) -> Levels:
        return self.parameters[position].levels

    def _arrange(self) -> tuple[tuple[int, ...], ...]:
        """Return the axes, slowest first, each the positions of the parameters that advance together on it."""
        groups = [self._group(number, members) for number, members in enumerate(self.zip)]
        grouped = [position for group in groups for position in group]
        for position in grouped:
            if grouped.count(position) > 1:
                raise InvalidSweep.at("design.zip", f"{self.names[position]} stands in it twice")
        alone: list[tuple[int, ...]] = [
            (position,) for position in range(len(self.parameters)) if position not in grouped
        ]
        return tuple(sorted(groups + alone))

    def _group(self, number: int, members: tuple[str, ...]) -> tuple[int, ...]:
        path = f"design.zip.{number}"
        if not members:
            raise InvalidSweep.at(path, "is empty; name the parameters that advance together")
        for name in members:
            if name not in self.names:
                raise InvalidSweep.at(path, f"{name} is not a parameter; there are {', '.join(self.names)}")
        positions = tuple(sorted(map(self.names.index, members)))
        sizes = {self.names[position]: self._levels(position).size for position in positions}
        if len(set(sizes.values())) > 1:
            lengths = ", ".join(f"{name} has {size}" for name, size in sizes.items())
            raise InvalidSweep.at(path, f"zipped parameters need the same number of values, but {lengths}")
        first, *others = (self.parameters[position] for position in positions)
        for other in others:
            if other.when != first.when:
                message = (
                    f"zipped parameters exist together: give {first.name} and {other.name} the same `when`, or none"
                )
                raise InvalidSweep.at(path, message)
        return positions

    def _columns(self, render: Render[T]) -> list[Column[T]]:
        return [self._column(axis, render) for axis in self._axes]

    def _column(self, axis: tuple[int, ...], render: Render[T]) -> Column[T]:
        members = [(self.names[position], self._levels(position)) for position in axis]

        def row(number: int) -> tuple[T, ...]:
            return tuple([render(name, levels.value(number)) for name, levels in members])

        return Column(members[0][1].size, row)

    @property
    def _is_in_order(self) -> bool:
        return self._positions == sorted(self._positions)

    @property
    def _positions(self) -> list[int]:
        """The position of the parameter that each part of a walked tuple belongs to."""
        return [position for axis in self._axes for position in axis]

    def _reorder(self) -> Callable[[tuple[T, ...]], tuple[T, ...]]:
        """Return a function that brings a walked tuple from the order of the axes into that of the parameters."""
        positions = self._positions
        places = [positions.index(position) for position in range(len(positions))]
        return lambda parts: tuple([parts[place] for place in places])
