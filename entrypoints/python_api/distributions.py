"""The distributions of a parameter that a design samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from domain.space.distributions.beta import Beta
from domain.space.distributions.choices import Choices
from domain.space.distributions.integers import Integers
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.truncnormal import Truncnormal
from domain.space.distributions.uniform import Uniform


def uniform(low: float, high: float) -> Uniform:
    """Return the distribution of floats between `low` and `high` that are all equally likely.

    Raises `InvalidSweep` unless `low < high`.

    >>> import serverless_sweep as ss
    >>> ss.uniform(0, 10).quantile(0.25)
    2.5
    """
    return Uniform(low, high)


def loguniform(low: float, high: float) -> Loguniform:
    """Return the distribution of floats whose logarithm is uniform between those of `low` and `high`.

    Raises `InvalidSweep` unless `0 < low < high`.
    """
    return Loguniform(low, high)


def normal(mean: float, sd: float) -> Normal:
    """Return the normal distribution with a mean and a standard deviation, which must be positive."""
    return Normal(mean, sd)


def lognormal(mean: float, sd: float) -> Lognormal:
    """Return the distribution of floats whose logarithm is normal, with its mean and its standard deviation."""
    return Lognormal(mean, sd)


def truncnormal(mean: float, sd: float, low: float, high: float) -> Truncnormal:
    """Return the normal distribution within `low` and `high`, which are values and not standard deviations."""
    return Truncnormal(mean, sd, low, high)


def triangular(low: float, mode: float, high: float) -> Triangular:
    """Return the triangular distribution between `low` and `high`, likeliest at `mode`."""
    return Triangular(low, mode, high)


def beta(a: float, b: float) -> Beta:
    """Return the beta distribution, between 0 and 1, with the shapes `a` and `b`, which must be positive."""
    return Beta(a, b)


def integers(low: int, high: int) -> Integers:
    """Return the distribution of the integers from `low` to `high`, both included, that are all equally likely.

    >>> import serverless_sweep as ss
    >>> ss.integers(1, 6).quantile(0.5)
    4
    """
    return Integers(low, high)


def choices(values: Iterable[Any], weights: Sequence[float] = ()) -> Choices:
    """Return the distribution of some values: each as likely as its weight says, or all equally likely.

    Raises `InvalidSweep` for weights that are negative or do not sum to 1.

    >>> import serverless_sweep as ss
    >>> ss.choices(["svm", "tree"], [0.25, 0.75]).quantile(0.5)
    'tree'
    """
    return Choices(tuple(values), tuple(weights))
