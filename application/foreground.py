"""Calls that are over when they have begun: where a ledger is as near as that of one machine, no thread is worth it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """A call that has ended."""

    value: T

    def result(self) -> T:
        """Return its result."""
        return self.value


@dataclass(frozen=True, slots=True)
class Foreground:
    """A `Background` that carries out each call at once, and lets its exceptions pass."""

    at_once: int = 0

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def begin(self, call: Callable[[], T]) -> Ended[T]:
        """Carry the call out."""
        return Ended(call())
