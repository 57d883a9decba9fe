"""A parameter: one named axis of the space."""

from __future__ import annotations

from dataclasses import dataclass

from domain.space.levels import Levels
from domain.space.names import check_name


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name and the levels that it takes."""

    name: str
    levels: Levels

    def __post_init__(self) -> None:
        """Refuse a name that cannot be a keyword argument."""
        check_name(self.name)
