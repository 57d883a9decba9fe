"""Targets that a test passes instead of a module."""

from __future__ import annotations

from collections.abc import Iterable

from application.ports.target_loader import Target
from domain.errors import TargetUnavailable


class KnownTargets:
    """A `TargetLoader` of given functions."""

    def __init__(self, **targets: Target) -> None:
        """Name each function `toy:NAME`."""
        self._targets = {f"toy:{name}": target for name, target in targets.items()}

    def load(
        self, name: str, keywords: Iterable[str], offered: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> Target:
        """Return a known function; raises `TargetUnavailable`."""
        if name not in self._targets:
            raise TargetUnavailable.at("target", f"there is no {name}")
        return self._targets[name]
