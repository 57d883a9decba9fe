"""The loader of targets: from a name to a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

# The user's function: parameters and constants as keyword arguments, any JSON value back.
Target: TypeAlias = Callable[..., object]


class TargetLoader(Protocol):
    """Finds the user's function."""

    def load(
        self, name: str, keywords: Iterable[str], offered: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> Target:
        """Return the function `module:function`, which takes these keyword arguments; raises `TargetUnavailable`.

        Of those that are offered it may take any, or none. Those that are optional are not given at every point, so
        that it needs a default for each.
        """
        ...
