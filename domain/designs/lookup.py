"""Finding a point by the values of its parameters, without walking the points of a grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import islice
from typing import TypeGuard

from domain.designs.branch_count import Fitting
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.replicated import REPLICATE, Replicated
from domain.designs.whole import walk_whole
from domain.errors import InvalidSweep
from domain.space.ordered_levels import ORDERED, between
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values

# What is not known to be in order is walked, up to so many levels or points.
MOST_WALKED = 1_000_000
# More levels than a few are searched by halves, of the kinds whose levels never turn.
_FEW = 10_000
# A level may be typed with fewer digits than it has.
_CLOSE = 1e-9
# So many levels, or parameters, are named where the values fit no point or several.
_NAMED = 3


def index_of(design: Design, wanted: Mapping[str, Scalar]) -> int:
    """Return the index of the point that has these values; raises `InvalidSweep` unless there is exactly one.

    Numbers are equal by value: 45 and 45.0 are one level; true is no number. Where no level is equal to a number, those
    within a relative 1e-9 of it are meant. A parameter that does not exist at a point is null there.
    """
    for name in wanted:
        if name not in design.names:
            raise InvalidSweep.at(name, f"is not a parameter; there are {', '.join(design.names)}")
    count, first = _found(design, wanted)
    if not count:
        raise InvalidSweep.at("", "no point has all of these values together")
    if count > 1:
        rest = ", ".join(islice((name for name in design.point(first) if name not in wanted), _NAMED))
        more = f"name {rest} too" if rest else "say the index of the one that is meant"
        raise InvalidSweep.at("", f"{count:,} points have these values, the first is point {first}; {more}")
    return first


def _found(design: Design, wanted: Mapping[str, Scalar]) -> tuple[int, int]:
    """Return how many points fit and the first."""
    if isinstance(design, Replicated):
        return _among_replicates(design, wanted)
    return _in_grid(design, wanted) if isinstance(design, Grid) else _among_points(design, wanted)


def _among_replicates(replicated: Replicated, wanted: Mapping[str, Scalar]) -> tuple[int, int]:
    count, first = _found(replicated.design, {name: value for name, value in wanted.items() if name != REPLICATE})
    numbers: Sequence[int] = range(replicated.count)
    if REPLICATE in wanted:
        numbers = _levels_with(replicated.axis, wanted[REPLICATE])
    return count * len(numbers), first * replicated.count + numbers[0]


def _in_grid(grid: Grid, wanted: Mapping[str, Scalar]) -> tuple[int, int]:
    """Return how many points fit and the first: the index has a digit for each axis, which is looked up by itself."""
    rows = [_rows(axis, wanted) for axis in grid.axes]
    if grid.branches:
        is_null = [all(wanted.get(one.name) is None for one in axis) for axis in grid.axes]
        return Fitting(rows, is_null).among(grid.branches)
    count, first = 1, 0
    for axis, numbers in zip(grid.axes, rows, strict=True):
        count *= len(numbers)
        first = first * axis[0].levels.size + (numbers[0] if numbers else 0)
    return count, first


def _rows(axis: Sequence[Parameter], wanted: Mapping[str, Scalar]) -> Sequence[int]:
    """Return the numbers of the rows of an axis whose parameters have the values that are wanted."""
    numbers: Sequence[int] = range(axis[0].levels.size)
    for parameter in axis:
        if parameter.name in wanted:
            numbers = _common(numbers, _levels_of(parameter, wanted[parameter.name]))
    return numbers


def _levels_of(parameter: Parameter, value: Scalar) -> Sequence[int]:
    """Return the numbers, in order, of the levels that are a value; null need be no level of what may not exist."""
    if value is not None or parameter.when is None:
        return _levels_with(parameter, value)
    levels = parameter.levels
    return [number for number, one in enumerate(levels.values) if one is None] if isinstance(levels, Values) else []


def _common(some: Sequence[int], others: Sequence[int]) -> Sequence[int]:
    """Return the numbers, in order, that are in both; of two ranges, which may be very long, a range."""
    if isinstance(some, range) and isinstance(others, range):
        return range(max(some.start, others.start), min(some.stop, others.stop))
    walked, other = (others, some) if isinstance(some, range) else (some, others)
    return [number for number in walked if number in other]


def _levels_with(parameter: Parameter, value: Scalar) -> Sequence[int]:
    """Return the numbers, in order, of the levels that are a value; raises `InvalidSweep`, with the nearest."""
    levels = parameter.levels
    numbers = range(levels.size)
    near: Sequence[int]
    if levels.size > _FEW and isinstance(levels, ORDERED):
        if not _is_number(value):
            raise _no_level(parameter, value, numbers[:_NAMED])
        slack = abs(value) * _CLOSE
        place = between(levels, value, value)
        found: Sequence[int] = place or between(levels, value - slack, value + slack)
        near = numbers[max(0, min(place.start, levels.size - 1) - 1) :][:_NAMED]
    else:
        _check_walk(parameter.name, "levels", levels.size)
        found = _first_fitting(numbers, levels.value, value)
        near = (
            numbers[:_NAMED]
            if found
            else sorted(nsmallest(_NAMED, numbers, lambda one: _gap(levels.value(one), value)))
        )
    if not found:
        raise _no_level(parameter, value, near)
    return found


def _no_level(parameter: Parameter, value: Scalar, near: Iterable[int]) -> InvalidSweep:
    levels = parameter.levels
    named = ", ".join(str(levels.value(number)) for number in near)
    return InvalidSweep.at(parameter.name, f"has no level {value}; of its {levels.size:,} levels some are {named}")


def _among_points(design: Design, wanted: Mapping[str, Scalar]) -> tuple[int, int]:
    """Return how many points of another design fit, and the first."""
    _check_walk("", "points", design.size)
    found: Sequence[int] = range(design.size)
    for name, value in wanted.items():
        place = design.names.index(name)
        values = [parts[place] for parts in walk_whole(design, 0, design.size, lambda _, one: one)]
        found = _common(found, _first_fitting(range(design.size), values.__getitem__, value))
    return len(found), found[0] if found else 0


def _first_fitting(numbers: range, value_at: Callable[[int], Scalar], value: Scalar) -> Sequence[int]:
    """Return the numbers at which the value is this one, or else close to it."""
    same = [number for number in numbers if _is_same(value_at(number), value)]
    return same or [number for number in numbers if _is_close(value_at(number), value)]


def _is_same(one: Scalar, other: Scalar) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _is_close(one: Scalar, other: Scalar) -> bool:
    return _is_number(other) and _gap(one, other) <= abs(other) * _CLOSE


def _gap(one: Scalar, other: Scalar) -> float:
    """Return how far two numbers are apart; infinity where one is no number."""
    return abs(one - other) if _is_number(one) and _is_number(other) else math.inf


def _is_number(value: Scalar) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_walk(path: str, what: str, size: int) -> None:
    if size > MOST_WALKED:
        raise InvalidSweep.at(path, f"has {size:,} {what}, which are not searched one by one; say the point's index")
