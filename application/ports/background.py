"""The background: calls that go on while their caller does something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pending(Protocol[T_co]):
    """A call that was begun."""

    def result(self) -> T_co:
        """Wait for the end of the call, and return its result or raise its exception."""
        ...


class Background(Protocol):
    """Carries out calls, of which it begins each as soon as it can. The end of its `with` block waits for all."""

    @property
    def at_once(self) -> int:
        """How many calls are under way at once; 0 if each is over when it has begun."""
        ...

    def __enter__(self) -> Self:
        """Return this."""
        ...

    def __exit__(self, *_: object) -> None:
        """Wait for the end of every call."""
        ...

    def begin(self, call: Callable[[], T]) -> Pending[T]:
        """Begin a call."""
        ...
