"""What a target holds: what changes its digest, and that every process finds the same."""

from __future__ import annotations

import functools
import math
import os
import random
import subprocess
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.machine.held_values import HeldValues

_ROOT = str(Path(__file__).parents[4])


def _digest(value: object) -> str:
    return HeldValues({__name__}).digest(value)


class Model:
    """A target that is an instance."""

    def __init__(self, **attributes: object) -> None:
        """Have these attributes."""
        self.__dict__.update(attributes)

    def __call__(self, x: float) -> float:
        """Return the argument."""
        return x


class Forgiving(Model):
    """An instance that has every attribute, a new one each time."""

    def __getattr__(self, _: str) -> object:
        """Return an object that is told by its address."""
        return object()


class Strict(Model):
    """An instance that raises for an attribute that it does not have."""

    def __getattr__(self, name: str) -> object:
        """Raise an error that is no AttributeError."""
        raise KeyError(name)


class Slotted:
    """An instance without a `__dict__`."""

    __slots__ = ("rate", "unset")

    def __init__(self, rate: float) -> None:
        """Set one of the two."""
        self.rate = rate


@dataclass(frozen=True, slots=True)
class Setting:
    """A frozen value."""

    rate: float


class Kind(Enum):
    """An enumeration."""

    FAST = 1
    SLOW = 2


class _Zone(tzinfo):
    """A time zone that is told by its address."""

    def utcoffset(self, _: datetime | None) -> None:
        """Return none."""

    dst = tzname = utcoffset


def _scaled(x: float, by: float = 1.0) -> float:
    return x * by


def _closed_over(value: object) -> Callable[[], object]:
    return lambda: value


def _cyclic(last: object) -> Model:
    model = Model(last=last)
    model.__dict__["self"] = [model]
    return model


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(_JSON, _JSON)
def test_plain_values_have_equal_digests_exactly_if_they_are_written_alike(one: object, other: object) -> None:
    """A number is not its text, 1 is neither 1.0 nor True, and the order of keys does not count."""

    def written(value: object) -> str:
        if isinstance(value, dict):
            return f"dict {sorted((key, written(item)) for key, item in value.items())}"
        return str(list(map(written, value))) if isinstance(value, list) else f"{type(value)}{value!r}"

    assert (_digest(Model(a=one)) == _digest(Model(a=other))) == (written(one) == written(other))


_PAIRS: dict[str, tuple[object, object]] = {
    "a partial's function": (functools.partial(math.sin), functools.partial(math.cos)),
    "a partial's arguments": (functools.partial(_scaled, 1), functools.partial(_scaled, 2)),
    "a partial's keywords": (functools.partial(_scaled, by=1), functools.partial(_scaled, by=2)),
    "a partial of a partial": (
        functools.partial(functools.partial(_scaled, 1), by=1),
        functools.partial(functools.partial(_scaled, 2), by=1),
    ),
    "an attribute": (Model(rate=1), Model(rate=2)),
    "an attribute's name": (Model(rate=1), Model(speed=1)),
    "an attribute in a container": (Model(a=[{"b": (1, {2})}]), Model(a=[{"b": (1, {3})}])),
    "an instance in an instance": (Model(inner=Model(a=1)), Model(inner=Model(a=2))),
    "an instance with slots": (Model(inner=Slotted(1)), Model(inner=Slotted(2))),
    "an instance with every attribute": (Forgiving(a=1), Forgiving(a=2)),
    "an instance that raises": (Strict(a=1), Strict(a=2)),
    "a dataclass": (Model(inner=Setting(1)), Model(inner=Setting(2))),
    "a bound method": (Model(a=1).__call__, Model(a=2).__call__),
    "a method of a text": ("a".join, "b".join),
    "a cached function": (functools.cache(Model(a=1)), functools.cache(Model(a=2))),
    "a vectorised function": (np.vectorize(Model(a=1)), np.vectorize(Model(a=2))),
    "a closure": (_closed_over(1), _closed_over(2)),
    "a function of numpy": (functools.partial(np.sin), functools.partial(np.cos)),
    "a default": (lambda x=1: x, lambda x=2: x),
    "an array": (Model(a=np.array([1.0, 2.0])), Model(a=np.array([1.0, 3.0]))),
    "an array's shape": (Model(a=np.zeros((2, 3))), Model(a=np.zeros((3, 2)))),
    "an array's type": (Model(a=np.zeros(2, "f4")), Model(a=np.zeros(2, "i4"))),
    "an array of objects": (Model(a=np.array([[1], None], object)), Model(a=np.array([[2], None], object))),
    "an array with fields": (
        Model(a=np.array([(1, 2)], np.dtype("i1,i8", align=True))),
        Model(a=np.array([(1, 3)], np.dtype("i1,i8", align=True))),
    ),
    "an array of long doubles": (Model(a=np.array([1], "g")), Model(a=np.array([2], "g"))),
    "a part of an array": (Model(a=np.arange(6)[::2]), Model(a=np.arange(6)[1::2])),
    "a scalar of numpy": (Model(a=np.float32(1)), Model(a=np.float32(2))),
    "bytes": (Model(a=b"1"), Model(a=bytearray(b"1"))),
    "a decimal": (Model(a=Decimal("1.0")), Model(a=Decimal("1.00"))),
    "a moment": (Model(a=datetime(2026, 1, 1, tzinfo=UTC)), Model(a=datetime(2026, 1, 2, tzinfo=UTC))),
    "a path": (Model(a=Path("a")), Model(a=Path("b"))),
    "a range": (Model(a=range(3)), Model(a=range(4))),
    "an enumeration": (Model(a=Kind.FAST), Model(a=Kind.SLOW)),
    "an order": (Model(a=deque([1, 2])), Model(a=deque([2, 1]))),
    "a class": (Model(a=OrderedDict), Model(a=dict)),
    "a module": (Model(a=math), Model(a=os)),
    "a long integer": (Model(a=7**9000), Model(a=7**9001)),
    "a lone surrogate": (Model(a="\ud800"), Model(a="\ud801")),
    "a cycle": (_cyclic(1), _cyclic(2)),
    "the type of what has no name": (Model(a=threading.Lock()), Model(a=object())),
}


@pytest.mark.parametrize(("one", "other"), _PAIRS.values(), ids=_PAIRS.keys())
def test_what_a_target_holds_is_told_apart(one: object, other: object) -> None:
    """Values that differ have digests that differ; the same value has the same one again."""
    assert _digest(one) != _digest(other)
    assert _digest(one) == _digest(one)


def _nested(depth: int, times: int) -> list[object]:
    inner: list[object] = []
    for _ in range(depth):
        inner = [inner] * times
    return inner


class _Odd:
    """An object whose every look raises."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - it returns nothing
        raise RuntimeError(name)


@pytest.mark.parametrize(
    "make",
    [
        object,
        random.Random,
        np.random.default_rng,
        threading.Lock,
        _Odd,
        lambda: datetime(2026, 1, 1, tzinfo=_Zone()),
        lambda: (number for number in range(3)),
        lambda: [0] * 2_000_000,
        lambda: _nested(100_000, 1),
        lambda: _nested(100, 2),
    ],
    ids=["object", "generator", "numpy's", "lock", "odd", "zone", "iterator", "many", "deep", "shared"],
)
def test_what_cannot_be_named_is_left_out(make: Callable[[], object]) -> None:
    """Two objects that only their addresses, or the chance, tell apart have one digest; nothing raises."""
    assert _digest(Model(a=make())) == _digest(Model(a=make()))


def test_the_attributes_of_a_librarys_object_do_not_count() -> None:
    """Only the library knows which of them matter; some are chance."""
    one, other = threading.Thread(name="a"), threading.Thread(name="b")
    assert _digest(Model(a=one)) == _digest(Model(a=other))


def test_an_empty_cell_is_no_fault() -> None:
    """A function may close over a variable that has no value yet."""

    def outer() -> Callable[[], object]:
        def inner() -> object:
            return later

        if os.sep == "":
            later = 1
        return inner

    assert _digest(outer()) == _digest(outer())


def test_the_modules_of_the_code_that_is_held_are_noted() -> None:
    """A class's for an instance, a function's for a partial."""
    held = HeldValues(())
    held.digest(functools.partial(math.prod, start=Model(a=timezone)))
    assert {"math", __name__} <= held.modules


def test_every_python_finds_the_same_digest() -> None:
    """A sweep goes on under another version of Python; the suite runs on each of them."""
    values = (Path("a"), Kind.FAST, Setting(0.1), Slotted(1e300), np.arange(3.0), Decimal(1), {b"x": {1, None}})
    value = functools.partial(functools.cache(_scaled), values, by=datetime(2026, 1, 1, tzinfo=UTC))
    found = _digest(value)
    assert found == "502da8c73e2099ae87483570f696f6c53dc33b29b32a6823d0f3b5c65e5852e0"


_HELD = """
import functools, sys
import numpy as np
from adapters.machine.held_values import HeldValues
class Model:
    def __init__(self, **more): self.__dict__.update(more)
    def __call__(self, x): return x
names = {"a", "b", "c", None, 1.5, ("x", frozenset("yz"))}
model = Model(names=names, table={name: {name} for name in names}, array=np.arange(3), lock=object(), of=print)
print(HeldValues({"__main__"}).digest(functools.partial(model, key=names)))
"""


def test_every_process_finds_the_same_digest() -> None:
    """Neither the addresses nor the order of a set, which differ between processes, are part of it."""
    found = {
        subprocess.run(
            [sys.executable, "-c", _HELD],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": _ROOT},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
