"""How those who wait learn how far long work is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# Called with how much of the work is done, and how much there is.
OnDone: TypeAlias = Callable[[int, int], None]


def show_nothing(_done: int, _all: int) -> None:
    """Show nothing."""
