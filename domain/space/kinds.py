"""The kinds of parameters: the one table that the reader, the writer and the schemas use.

A kind is a frozen dataclass. Its fields are what a document writes under the kind's name, with their types, constraints
and defaults. A kind whose one field has the kind's own name is written as that field's value alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kinds import Kinds

if TYPE_CHECKING:
    from domain.space.distributions.distribution import Distribution
    from domain.space.levels import Levels

PARAMETER_KINDS: Kinds[Levels | Distribution] = Kinds(
    {
        "values": "domain.space.values:Values",
        "linspace": "domain.space.linspace:Linspace",
        "geomspace": "domain.space.geomspace:Geomspace",
        "logspace": "domain.space.logspace:Logspace",
        "range": "domain.space.range:Range",
        "uniform": "domain.space.distributions.uniform:Uniform",
        "loguniform": "domain.space.distributions.loguniform:Loguniform",
        "normal": "domain.space.distributions.normal:Normal",
        "lognormal": "domain.space.distributions.lognormal:Lognormal",
        "truncnormal": "domain.space.distributions.truncnormal:Truncnormal",
        "triangular": "domain.space.distributions.triangular:Triangular",
        "beta": "domain.space.distributions.beta:Beta",
        "integers": "domain.space.distributions.integers:Integers",
        "choices": "domain.space.distributions.choices:Choices",
    }
)
