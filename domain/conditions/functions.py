"""The operators and functions of numbers that a condition may use: the one table of each.

`exp`, `log`, `sin` and fractional exponents are not here. C libraries differ in their last bit, so that two machines
could decide differently about one point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from domain.conditions.arithmetic import add, divide, divide_down, divisor, multiply, remainder, square_root, subtract
from domain.conditions.powers import power, whole_exponent

MOST_OPERANDS = 64


@dataclass(frozen=True, slots=True)
class Function:
    """A function, and how many numbers it takes."""

    apply: Callable[..., float]
    least: int = 1
    most: int = 1


OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": divide_down,
    "%": remainder,
    "**": power,
}
# What a right operand must be whatever the left one is, so that a constant is checked before there is a point.
RIGHT_OPERANDS: dict[str, Callable[[float], float]] = {
    "/": divisor,
    "//": divisor,
    "%": divisor,
    "**": whole_exponent,
}
# The sign that changes a number. It is a function without a name.
SIGN = "-"
FUNCTIONS: dict[str, Function] = {
    "abs": Function(abs),
    "ceil": Function(math.ceil),
    "floor": Function(math.floor),
    "max": Function(max, 2, MOST_OPERANDS),
    "min": Function(min, 2, MOST_OPERANDS),
    "round": Function(round),
    "sqrt": Function(square_root),
}
