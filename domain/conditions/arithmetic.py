"""Arithmetic that gives the same number on every machine.

Each operation is exact, or rounded once to the nearest float (IEEE 754-2008, 5.4.1). A `float` here is an integer or a
float: integers are exact, and go as far as floats do. This bounds what an operation costs, whatever its operands.
"""

from __future__ import annotations

import math
from typing import NoReturn

from domain.space.decimal_log import LARGEST_FLOAT

_LOWEST = -LARGEST_FLOAT


class NoNumber(ArithmeticError):
    """An operation has no result. The message goes on after the text of the operation."""


def within_range(number: float) -> float:
    """Return a number, unless it is beyond the largest float."""
    return number if _LOWEST <= number <= LARGEST_FLOAT else too_large()


def too_large() -> NoReturn:
    """Say that a result is beyond the largest float."""
    raise NoNumber("is too large; numbers go up to 1.8e308")


def divisor(number: float) -> float:
    """Return a number by which another one can be divided."""
    if number == 0:
        raise NoNumber("divides by zero")
    return number


# A call of `within_range` would take as long as the operations themselves, so the frequent ones have it written out.


def add(left: float, right: float) -> float:
    """Return a sum."""
    total = left + right
    return total if _LOWEST <= total <= LARGEST_FLOAT else too_large()


def subtract(left: float, right: float) -> float:
    """Return a difference."""
    difference = left - right
    return difference if _LOWEST <= difference <= LARGEST_FLOAT else too_large()


def multiply(left: float, right: float) -> float:
    """Return a product."""
    product = left * right
    return product if _LOWEST <= product <= LARGEST_FLOAT else too_large()


def divide(left: float, right: float) -> float:
    """Return a quotient as a float, of two integers the nearest one to the exact quotient."""
    return within_range(left / divisor(right))


def divide_down(left: float, right: float) -> float:
    """Return a quotient rounded down."""
    return within_range(left // divisor(right))


def remainder(left: float, right: float) -> float:
    """Return the rest of a division that is rounded down; it has the divisor's sign."""
    return left % divisor(right)


def square_root(number: float) -> float:
    """Return the square root of the nearest float, as the nearest float."""
    if number < 0:
        raise NoNumber("is the square root of a negative number")
    return math.sqrt(number)
