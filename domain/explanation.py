"""Explanations: the shortest rule over the parameters that describes exactly the points that failed for one cause.

A rule is a conjunction of conditions, at most one a parameter. Of each parameter only the tightest condition that all
points of the cause fulfil can be in it: a looser one would let in more points. The tightest conditions that another
point violates form a set; the rule holds for no other point if it has a condition of each of these sets. So the
shortest rule is a smallest hitting set (Karp, 1972), which is searched up to three conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeGuard

from domain.space.scalars import Scalar

LONGEST_RULE = 3
# Up to so many values are named one by one.
MOST_VALUES = 4
# So many distinct sets of violated conditions are kept of a cause. Beyond them, no rule is searched.
MOST_SETS = 1024
# What differs between messages of one cause: addresses, and numbers.
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

# A value as a member of a set: true is not 1.
_Member: TypeAlias = tuple[bool, Scalar]


def cause_of(message: str) -> str:
    """Return a message with `N` for each number, so that messages that differ only in numbers are one cause."""
    return _NUMBER.sub("N", message)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a rule says of one parameter: it has one of some values, or lies between bounds, which belong to it."""

    name: str
    values: tuple[Scalar, ...] = ()
    low: float | None = None
    high: float | None = None

    def holds(self, value: Scalar) -> bool:
        """Return whether a value fulfils the condition."""
        if self.values:
            return _member(value) in {_member(one) for one in self.values}
        if not _is_number(value):
            return False
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(slots=True)
class Tightest:
    """The tightest conditions on one parameter that all values added so far fulfil."""

    name: str
    values: dict[_Member, Scalar] | None = field(default_factory=dict)  # None once there are too many
    low: float | None = None
    high: float | None = None
    has_others: bool = False  # whether a value is no number, so that no interval holds it

    def add(self, value: Scalar) -> None:
        """Widen the conditions to one more value."""
        if self.values is not None:
            self.values[_member(value)] = value
            if len(self.values) > MOST_VALUES:
                self.values = None
        if not _is_number(value):
            self.has_others = True
        else:
            self.low = value if self.low is None or value < self.low else self.low
            self.high = value if self.high is None or value > self.high else self.high

    def conditions(self) -> Iterator[tuple[Condition, int]]:
        """Yield the conditions that a rule can have, the simplest first, each with the atoms that it is made of."""
        one_by_one = tuple(self.values.values()) if self.values else ()
        if len(one_by_one) == 1:
            yield Condition(self.name, one_by_one), _VALUES
            return
        if not self.has_others and self.low is not None:
            yield Condition(self.name, low=self.low), _LOW
            yield Condition(self.name, high=self.high), _HIGH
        if one_by_one:
            yield Condition(self.name, one_by_one), _VALUES
        if not self.has_others and self.low is not None:
            yield Condition(self.name, low=self.low, high=self.high), _LOW | _HIGH

    def violated(self, value: Scalar) -> int:
        """Return the atoms that a value violates."""
        atoms = _VALUES if self.values is not None and _member(value) not in self.values else 0
        if self.has_others or self.low is None or self.high is None:
            return atoms
        if not _is_number(value):
            return atoms | _LOW | _HIGH
        return atoms | (_LOW if value < self.low else _HIGH if value > self.high else 0)


# The atoms of a parameter's conditions, as bits: its values one by one, its lower and its upper bound.
_VALUES, _LOW, _HIGH = 1, 2, 4
_ATOMS = 3


class RuleSearch:
    """Finds the rules of several causes in one pass over all points.

    A point is one number: the atoms that it violates, of each cause and parameter in a place of their own. Such numbers
    add up from those of the point's parts, which most points share with others.
    """

    def __init__(self, names: Sequence[str], causes: Sequence[Sequence[Tightest]]) -> None:
        """Search a rule for each of the causes, whose tightest conditions are in the order of the parameters."""
        self._causes = causes
        self._places = {name: place for place, name in enumerate(names)}
        self._width = _ATOMS * len(names)
        self._sets: list[set[int] | None] = [set() for _ in causes]
        self._seen: set[int] = set()

    def part(self, name: str, value: Scalar) -> int:
        """Return what a point with this value violates by it; the parts of a point add up."""
        place = self._places[name]
        parts = 0
        for number, tightest in enumerate(self._causes):
            parts |= tightest[place].violated(value) << number * self._width + place * _ATOMS
        return parts

    def add(self, point: int, cause: int | None = None) -> None:
        """Take note of a point, the sum of its parts, which failed for this cause or for none of them."""
        if cause is None and point in self._seen:
            return
        for number in range(len(self._causes)):
            if number != cause:
                self._note(number, point >> number * self._width & (1 << self._width) - 1)
        if cause is None:
            if len(self._seen) == MOST_SETS:
                self._seen.clear()
            self._seen.add(point)

    def _note(self, number: int, violated: int) -> None:
        sets = self._sets[number]
        if sets is None:
            return
        sets.add(violated)
        if len(sets) > MOST_SETS:
            sets = _smallest(sets)
            self._sets[number] = sets if len(sets) <= MOST_SETS // 2 else None
        if not violated:
            # This point fulfils all conditions.
            self._sets[number] = None

    def rule(self, number: int) -> tuple[Condition, ...] | None:
        """Return the shortest rule that holds for the points of a cause and for no other; None if there is none."""
        sets = self._sets[number]
        if sets is None:
            return None
        smallest = sorted(_smallest(sets))
        everything = (1 << len(smallest)) - 1
        candidates = list(self._candidates(number, smallest))
        for length in range(LONGEST_RULE + 1):
            rules = _covers(candidates, everything, length)
            best = min(rules, key=lambda rule: sum(candidate.rank for candidate in rule), default=None)
            if best is not None:
                return tuple(candidate.condition for candidate in sorted(best, key=lambda one: one.place))
        return None

    def _candidates(self, number: int, sets: Sequence[int]) -> Iterator[_Candidate]:
        """Yield the conditions of a cause with the sets that they hit, as bits."""
        for place, tightest in enumerate(self._causes[number]):
            for rank, (condition, atoms) in enumerate(tightest.conditions()):
                shifted = atoms << place * _ATOMS
                hit = sum(1 << at for at, violated in enumerate(sets) if violated & shifted)
                yield _Candidate(condition, hit, place, rank)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A condition, the sets that it hits, the place of its parameter, and how simple it is."""

    condition: Condition
    hit: int
    place: int
    rank: int


def _covers(candidates: Sequence[_Candidate], left: int, length: int) -> Iterator[tuple[_Candidate, ...]]:
    """Yield choices of at most so many candidates that together hit all the sets that are left."""
    if not left:
        yield ()
    elif length:
        first = left & -left
        for candidate in candidates:
            if candidate.hit & first:
                for rest in _covers(candidates, left & ~candidate.hit, length - 1):
                    yield candidate, *rest


def _smallest(sets: set[int]) -> set[int]:
    """Return the sets that have no other one as a part: what hits these hits all."""
    found: list[int] = []
    for one in sorted(sets, key=int.bit_count):
        if not any(one & other == other for other in found):
            found.append(one)
    return set(found)


def _member(value: Scalar) -> _Member:
    return isinstance(value, bool), value


def _is_number(value: Scalar) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
