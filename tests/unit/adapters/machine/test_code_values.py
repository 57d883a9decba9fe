"""The digest of a function that no module holds: what it does decides, and not where or when it was defined."""

from __future__ import annotations

import math
import threading
from array import array
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from adapters.machine import held_values
from adapters.machine.code_values import code_digest

_CELL = """
import math
SCALE = 2.5
def law(x):
    return SCALE * x
class Ball:
    mass = 1
    def weight(self, g):
        return self.mass * g
def f(x, drag=0.1):
    ball = Ball()
    return math.sin(law(x)) * ball.weight(9.81) - drag
"""


def made(source: str, file: str = "<cell 1>", name: str = "f") -> Callable[..., object]:
    """Return a function as a notebook's kernel makes it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, file, "exec"), names)  # noqa: S102 - what a notebook does
    function: Callable[..., object] = names[name]
    return function


def digest(function: Callable[..., object]) -> str:
    """Return the digest of a function whose pickle is not looked at."""
    return code_digest(function, b"")


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(_CELL, id="the same cell"),
        pytest.param("\n\n# a comment\n" + _CELL.replace("return SCALE * x", "return (\n  SCALE * x)"), id="layout"),
        pytest.param(_CELL + "\nOTHER = 3\ndef unused(y): return y\n", id="what it does not use"),
        pytest.param("class Ball: pass\n" + _CELL, id="what a later cell defines anew"),
        pytest.param("sin = 1\nweight = 2\n" + _CELL, id="a variable with an attribute's name"),
    ],
)
def test_the_same_code_has_the_same_digest(again: str) -> None:
    """A cell that is run again, as another cell of another process, makes the same function."""
    assert digest(made(again, "<cell 2>")) == digest(made(_CELL))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("- drag", "+ drag", id="an operator"),
        pytest.param("9.81", "1.62", id="a number in it"),
        pytest.param("drag=0.1", "drag=0.2", id="a default"),
        pytest.param("SCALE = 2.5", "SCALE = 2", id="a global variable"),
        pytest.param("SCALE * x", "SCALE / x", id="a function that it calls"),
        pytest.param("mass = 1", "mass = 2", id="a class's variable"),
        pytest.param("self.mass * g", "self.mass + g", id="a method"),
        pytest.param("class Ball:", "class Ball(dict):", id="a base class"),
        pytest.param("math.sin", "math.cos", id="an attribute"),
    ],
)
def test_edited_code_has_another_digest(old: str, new: str) -> None:
    """Whatever the function refers to in its notebook counts, however far away."""
    assert old in _CELL
    assert digest(made(_CELL.replace(old, new))) != digest(made(_CELL))


_VALUES = {
    "a number": (1, 2),
    "a set": ({"a", "b"}, {"a", "c"}),
    "an array": (np.arange(3), np.arange(4)),
    "an array of objects": (np.array([{1}], dtype=object), np.array([{2}], dtype=object)),
    "an object of a library": (slice(1), slice(2)),
    "an array of Python": (array("d", [1.0]), array("d", [2.0])),
    "a class": (int, float),
    "a module": (math, threading),
    "a lambda": (made("f = lambda x: x"), made("f = lambda x: -x")),
    "a partial": (partial(made("f = lambda x, y: x"), y=1), partial(made("f = lambda x, y: x"), y=2)),
}


@pytest.mark.parametrize(("one", "other"), _VALUES.values(), ids=_VALUES)
def test_the_values_that_a_function_holds_count(one: object, other: object) -> None:
    """A closure, a default, a partial's argument and a global variable count by their values."""
    inside = "def made(held):\n    def f(x): return held\n    return f\n"

    def ways(held: object) -> list[Callable[..., object]]:
        default = made("def f(x, held=None): return held")
        default.__defaults__ = (held,)
        variable = made("def f(x): return held")
        variable.__globals__["held"] = held
        closure: Any = made(inside, name="made")(held)
        return [default, variable, closure, partial(made("def f(x, held): return held"), held=held)]

    for first, same, second in zip(ways(one), ways(one), ways(other), strict=True):
        assert digest(first) == digest(same) != digest(second)


def test_too_many_values_are_told_apart_by_their_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that holds more than can be looked at is never taken for another one."""
    monkeypatch.setattr(held_values, "_MOST", 1000)
    function = made("held = [0.5] * 1001\ndef f(x): return held[x]")
    assert code_digest(function, b"one") != code_digest(function, b"other")
    assert code_digest(made(_CELL), b"one") == code_digest(made(_CELL), b"other")


def test_a_function_that_calls_itself_has_a_digest() -> None:
    """What refers to itself, also by way of another function, ends."""
    source = "def even(x): return x == 0 or odd(x - 1)\ndef odd(x): return x != 0 and even(x - 1)\nf = even\n"
    assert digest(made(source)) == digest(made(source)) != digest(made(source.replace("x != 0", "x > 0")))
