"""Which parameters exist at a point, and the conditions that make sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from domain.errors import InvalidSweep, located
from domain.space.distributions.distribution import Distribution, is_distribution
from domain.space.levels import Levels
from domain.space.parameter import Parameter
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.space.when import When, member

# The levels of a parameter on which others depend are looked at one by one.
MOST_DECIDING_LEVELS = 1000


def optional_names(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """Return the names of the parameters that need not exist at every point."""
    return tuple(one.name for one in parameters if one.when)


def existing(parameters: Sequence[Parameter], values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the values of the parameters that exist, in the order of the parameters; each needs a value."""
    point: dict[str, Scalar] = {}
    for one in parameters:
        # A parameter depends on earlier ones alone, so that it is known whether they exist.
        if one.when is None or one.when.holds(point):
            point[one.name] = values[one.name]
    return point


def check_conditions(parameters: Sequence[Parameter]) -> None:
    """Refuse a condition on anything but values that an earlier parameter can have."""
    for number, parameter in enumerate(parameters):
        if parameter.when:
            with located(f"parameters.{parameter.name}.when"):
                _check_condition(parameter.name, parameter.when, parameters[:number], parameters[number:])


def _check_condition(name: str, when: When, before: Sequence[Parameter], others: Sequence[Parameter]) -> None:
    known = {one.name: one for one in before}
    for deciding, values in when.values:
        with located(deciding):
            if deciding not in known:
                raise InvalidSweep.at("", _not_before(name, deciding, list(known), [one.name for one in others]))
            _check_values(known[deciding], values)


def _not_before(name: str, deciding: str, before: Sequence[str], others: Sequence[str]) -> str:
    if deciding == name:
        return f"is a condition of {name} on itself; name a parameter that stands before it"
    if deciding in others:
        return f"stands after {name}; put it before {name}, as a parameter exists by the values of earlier ones"
    there = f"before {name} there are {', '.join(before)}" if before else f"none stands before {name}"
    return f"is not a parameter; {there}"


def _check_values(deciding: Parameter, values: Sequence[Scalar]) -> None:
    levels = _levels(deciding.source)
    if levels.size > MOST_DECIDING_LEVELS:
        message = f"has {levels.size:,} levels; a parameter by whose values others exist has at most"
        raise InvalidSweep.at("", f"{message} {MOST_DECIDING_LEVELS:,}")
    there = {member(levels.value(number)) for number in range(levels.size)}
    for number, value in enumerate(values):
        if member(value) not in there:
            message = f"is none of the {levels.size:,} levels of {deciding.name}; write it as it stands there"
            raise InvalidSweep.at(str(number), f"{message} (text, numbers, and true or false are different)")


def _levels(source: Levels | Distribution) -> Levels:
    from domain.space.distributions.choices import Choices  # noqa: PLC0415 - few parameters have a condition

    if isinstance(source, Choices):
        return Values(source.values)
    if is_distribution(source):
        message = "is a distribution, whose values cannot be named; a condition needs a list of values, or choices"
        raise InvalidSweep.at("", message)
    return cast("Levels", source)
