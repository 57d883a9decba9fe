"""When a parameter exists: the condition that a document writes under `when`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.errors import InvalidSweep
from domain.space.scalars import Scalar, check_scalar

# A value as a member of a set: true is not 1.
Member: TypeAlias = tuple[bool, Scalar]


@dataclass(frozen=True, slots=True)
class When:
    """The condition on which a parameter exists: each of some other parameters exists and has one of some values.

    Numbers are equal by value: 1 and 1.0 are one value. Conditions are equal whatever their order.
    """

    values: tuple[tuple[str, tuple[Scalar, ...]], ...] = field(compare=False)
    _members: dict[str, frozenset[Member]] = field(init=False, repr=False, hash=False)

    def __post_init__(self) -> None:
        """Refuse a condition on no parameter, on no value, on one that no table holds, and on one twice."""
        if not self.values:
            raise InvalidSweep.at("", "is empty; name a parameter and its values, such as {kind: svm}")
        for name, values in self.values:
            if not values:
                raise InvalidSweep.at(name, "is empty; give at least one value")
            for number, value in enumerate(values):
                check_scalar(f"{name}.{number}", value)
                if member(value) in map(member, values[:number]):
                    raise InvalidSweep.at(f"{name}.{number}", "stands in it twice")
        object.__setattr__(self, "_members", {name: frozenset(map(member, values)) for name, values in self.values})

    @classmethod
    def of(cls, document: Mapping[str, Scalar | Sequence[Scalar]]) -> When:
        """Return the condition of a document, in which one value may stand without a list; raises `InvalidSweep`."""
        return cls(tuple((name, _several(values)) for name, values in document.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters whose values decide."""
        return tuple(name for name, _ in self.values)

    def allows(self, name: str, value: Scalar) -> bool:
        """Return whether the condition holds as far as one of its parameters decides, which has this value."""
        return member(value) in self._members[name]

    def holds(self, point: Mapping[str, Scalar]) -> bool:
        """Return whether the condition holds at a point, which has the values of the parameters that exist there."""
        return all(name in point and member(point[name]) in members for name, members in self._members.items())


def member(value: Scalar) -> Member:
    """Return a value as a member of a set, in which true is not 1."""
    return isinstance(value, bool), value


def _several(values: Scalar | Sequence[Scalar]) -> tuple[Scalar, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        return (values,)
    return tuple(values)
