"""The kinds of distributions: the one table that the reader, the writer and the schemas use.

A kind is a frozen dataclass. Its fields are what a document writes under the kind's name, with their types, constraints
and defaults.
"""

from __future__ import annotations

from domain.space.distributions.beta import Beta
from domain.space.distributions.choices import Choices
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.integers import Integers
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.truncnormal import Truncnormal
from domain.space.distributions.uniform import Uniform

DISTRIBUTION_KINDS: dict[str, type[Distribution]] = {
    "uniform": Uniform,
    "loguniform": Loguniform,
    "normal": Normal,
    "lognormal": Lognormal,
    "truncnormal": Truncnormal,
    "triangular": Triangular,
    "beta": Beta,
    "integers": Integers,
    "choices": Choices,
}
