"""A parameter: one named axis of the space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from domain.errors import InvalidSweep, located
from domain.space.distributions.distribution import Distribution, is_distribution
from domain.space.levels import Levels
from domain.space.names import check_name
from domain.space.when import When


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name, and what its values come from: levels, all of which a grid takes, or a distribution to sample.

    With `when`, the parameter exists only where that condition holds.
    """

    name: str
    source: Levels | Distribution
    when: When | None = None

    def __post_init__(self) -> None:
        """Refuse a name that cannot be a keyword argument."""
        check_name(self.name)

    @property
    def levels(self) -> Levels:
        """The levels; raises `InvalidSweep` for a distribution, which has none."""
        if is_distribution(self.source):
            message = (
                "is a distribution, which has no levels; sample it by a design such as {kind: sobol, points: 1024}"
            )
            raise InvalidSweep.at(f"parameters.{self.name}", message)
        return cast("Levels", self.source)

    @property
    def distribution(self) -> Distribution:
        """The distribution; of levels, that in which all are equally likely, unless they are too many."""
        if is_distribution(self.source):
            return self.source
        from domain.space.distributions.even_levels import EvenLevels  # noqa: PLC0415 - a grid samples nothing

        with located(f"parameters.{self.name}"):
            return EvenLevels(self.levels)
