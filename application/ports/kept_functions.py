"""The kept functions: those that no module holds, such as one of a notebook's cell."""

from __future__ import annotations

from typing import Protocol

from application.ports.target_loader import Target


class KeptFunctions(Protocol):
    """Keeps functions in one place, for the workers of that place."""

    def keep(self, function: Target) -> str:
        """Keep a function with all that it refers to, and return the target's name by which workers load it.

        The same code with the same values has the same name, in another process too. Raises `TargetUnavailable` for a
        function that refers to what cannot leave this process, and `DependencyUnavailable`.
        """
        ...
