"""The kinds of parameters: the one table that the reader, the writer and the schemas use.

A kind is a frozen dataclass. Its fields are what a document writes under the kind's name, with their types, constraints
and defaults. A kind whose one field has the kind's own name is written as that field's value alone.
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
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.range import Range
from domain.space.values import Values

PARAMETER_KINDS: dict[str, type[Levels | Distribution]] = {
    "values": Values,
    "linspace": Linspace,
    "geomspace": Geomspace,
    "logspace": Logspace,
    "range": Range,
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
