"""The kinds of parameters: the one table that the reader, the writer and the schemas use.

A kind is a frozen dataclass. Its fields are what a document writes under the kind's name, with their types, constraints
and defaults. A kind whose one field has the kind's own name is written as that field's value alone.
"""

from __future__ import annotations

from domain.space.distributions.distribution import Distribution
from domain.space.distributions.kinds import DISTRIBUTION_KINDS
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.range import Range
from domain.space.values import Values

LEVEL_KINDS: dict[str, type[Levels]] = {
    "values": Values,
    "linspace": Linspace,
    "geomspace": Geomspace,
    "logspace": Logspace,
    "range": Range,
}
PARAMETER_KINDS: dict[str, type[Levels | Distribution]] = {**LEVEL_KINDS, **DISTRIBUTION_KINDS}
