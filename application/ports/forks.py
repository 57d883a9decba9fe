"""Processes that a target forks: the target returns in each of them too, but only the worker goes on with the shard."""

from __future__ import annotations

from typing import NoReturn, Protocol


class Forks(Protocol):
    """Tells the worker from the processes that targets have forked from it."""

    @property
    def is_fork(self) -> bool:
        """Whether this process is such a process."""
        ...

    def leave(self) -> NoReturn:
        """End this process, as Python ends a program; an exception that is being handled has ended it."""
        ...
