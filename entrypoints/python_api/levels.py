"""The levels of a parameter that need not be written out; each is computed from its number when it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.space.distributions.distribution import Distribution
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.range import Range

# A list of values (numpy's arrays too), a `range`, or levels such as those of `linspace`.
Source: TypeAlias = Levels | Distribution | Iterable[Any]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A parameter that exists only where others have certain values; `when` makes it."""

    source: Source
    conditions: Mapping[str, Any]


def when(source: Source, /, **conditions: Any) -> Conditional:  # noqa: ANN401 - a value, or a list of values
    """Return a parameter that exists only where each of some earlier ones has a value, or one of a list of values.

    A point at which it does not exist lacks it, and the function is called without it.

    >>> import serverless_sweep as ss
    >>> kernels = {"kind": ["svm", "tree"], "C": ss.when(ss.logspace(-2, 2, 5), kind="svm")}
    >>> depths = {"depth": ss.when([2, 4, 8], kind=["tree", "forest"])}
    """
    return Conditional(source, conditions)


def linspace(start: float, stop: float, num: int) -> Linspace:
    """Return `num` (at least 1) evenly spaced floats from `start` to `stop`, both included: numpy's, to the last bit.

    Raises `InvalidSweep` for an end that is not finite.

    >>> import serverless_sweep as ss
    >>> levels = ss.linspace(5, 85, 81)
    >>> levels.size, levels.value(0), levels.value(80)
    (81, 5.0, 85.0)
    """
    return Linspace(start, stop, num)


def geomspace(start: float, stop: float, num: int) -> Geomspace:
    """Return `num` floats from `start` to `stop`, both included, each the one before it times the same factor.

    Raises `InvalidSweep` for ends that are 0 or have different signs.

    >>> import serverless_sweep as ss
    >>> levels = ss.geomspace(1, 1000, 4)
    >>> [levels.value(number) for number in range(levels.size)]
    [1.0, 10.0, 100.0, 1000.0]
    """
    return Geomspace(start, stop, num)


def logspace(start: float, stop: float, num: int, base: float = 10.0) -> Logspace:
    """Return `num` floats from `base**start` to `base**stop`, both included, evenly spaced on the logarithmic scale.

    Raises `InvalidSweep` for a base that is not positive, and for powers that a float cannot hold.

    >>> import serverless_sweep as ss
    >>> ss.logspace(-3, 0, 4).value(0)
    0.001
    """
    return Logspace(start, stop, num, base)


def range_(start: float, stop: float, step: float = 1) -> Range:
    """Return `start, start + step, ...` up to but not including `stop`, as exact decimals; integers stay integers.

    Raises `InvalidSweep` for a range that is empty or never ends.

    >>> import serverless_sweep as ss
    >>> ss.range_(0, 1, 0.1).value(3)
    0.3
    """
    return Range(start, stop, step)
