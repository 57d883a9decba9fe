"""Forked processes of which a test decides whether this is one."""

from __future__ import annotations

from typing import NoReturn


class HasLeft(BaseException):
    """The process would have ended here."""


class NoForks:
    """A `Forks` of the worker itself, unless a test sets `is_fork`."""

    def __init__(self) -> None:
        """Begin as the worker."""
        self.is_fork = False

    def leave(self) -> NoReturn:
        """Raise `HasLeft`."""
        raise HasLeft
