"""Arithmetic that gives the same number on every machine, at a bounded cost.

Every operation is exact or rounded once to the nearest float (IEEE 754-2008, 5.4.1). `exp`, `log`, `sin` and powers with
a fractional exponent are not here: they differ in the last bit between C libraries, so that two machines could decide
differently about one point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from domain.space.decimal_log import LARGEST_FLOAT

LARGEST_EXPONENT = 64
_SQUARE = 2
_LOWEST = -LARGEST_FLOAT

# A float means an integer or a float: integers stay exact.
Operator: TypeAlias = Callable[[float, float], float]


class NoNumber(ArithmeticError):
    """An operation has no result; the message goes on after the operation's text."""


def within_range(number: float) -> float:
    """Return a number unless it is beyond the largest float, which is the bound of integers too."""
    return number if _LOWEST <= number <= LARGEST_FLOAT else _too_large()


def add(left: float, right: float) -> float:
    """Return a sum."""
    total = left + right
    return total if _LOWEST <= total <= LARGEST_FLOAT else _too_large()


def subtract(left: float, right: float) -> float:
    """Return a difference."""
    difference = left - right
    return difference if _LOWEST <= difference <= LARGEST_FLOAT else _too_large()


def multiply(left: float, right: float) -> float:
    """Return a product."""
    product = left * right
    return product if _LOWEST <= product <= LARGEST_FLOAT else _too_large()


def divide(left: float, right: float) -> float:
    """Return a quotient, the nearest float to the exact one of two integers."""
    return within_range(left / divisor(right))


def divide_down(left: float, right: float) -> float:
    """Return a quotient rounded down to a whole number."""
    return within_range(left // divisor(right))


def remainder(left: float, right: float) -> float:
    """Return the rest of a division that is rounded down, which has the divisor's sign."""
    return left % divisor(right)


def power(base: float, exponent: float) -> float:
    """Return the exact power of an integer, or the nearest float to an exact power.

    The exponent is a whole number of -64..64. An integer to a negative exponent is a float.
    """
    if exponent == _SQUARE and isinstance(base, float):
        return multiply(base, base)
    times = whole_exponent(exponent)
    if isinstance(base, int) and isinstance(exponent, int) and times >= 0:
        return within_range(base**times)
    above, below = base.as_integer_ratio()
    return _ratio(below**-times, above**-times) if times < 0 else _ratio(above**times, below**times)


def square_root(number: float) -> float:
    """Return the nearest float to the square root of the nearest float."""
    if number < 0:
        raise NoNumber("takes the square root of a negative number")
    return math.sqrt(number)


def divisor(number: float) -> float:
    """Return a number that others can be divided by."""
    if number == 0:
        raise NoNumber("divides by zero")
    return number


def whole_exponent(number: float) -> int:
    """Return a number that can be an exponent, as an integer."""
    if not -LARGEST_EXPONENT <= number <= LARGEST_EXPONENT or number != int(number):
        raise NoNumber("has an exponent that is not a whole number of -64..64 (there is sqrt for square roots)")
    return int(number)


def _too_large() -> NoReturn:
    raise NoNumber("is too large; numbers go up to 1.8e308")


def _ratio(above: int, below: int) -> float:
    """Return the nearest float to a fraction of integers of any size."""
    try:
        return above / divisor(below)
    except OverflowError:
        _too_large()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a condition, and how many numbers it takes."""

    apply: Callable[..., float]
    least: int = 1
    most: int = 1


OPERATORS: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": divide_down,
    "%": remainder,
    "**": power,
}
# What a right operand must be, whatever the left one is.
RIGHT_OPERANDS: dict[str, Callable[[float], float]] = {
    "/": divisor,
    "//": divisor,
    "%": divisor,
    "**": whole_exponent,
}
# A sign before a number is a function without a name. `round` goes to the even one of two whole numbers at the same distance.
SIGN = "-"
FUNCTIONS: dict[str, Function] = {
    "abs": Function(abs),
    "ceil": Function(math.ceil),
    "floor": Function(math.floor),
    "max": Function(max, 2, 64),
    "min": Function(min, 2, 64),
    "round": Function(round),
    "sqrt": Function(square_root),
}
