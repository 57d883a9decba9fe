"""Processes that a target forks: the port `Forks`, by the hook that Python calls in each new one."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

# The system keeps so many exit codes apart.
_CODES = 256


class SystemForks:
    """Counts every process as a fork that descends from the one in which it was made."""

    def __init__(self) -> None:
        """Begin with this process, which is none."""
        # An attribute, because it is asked for after each point; to ask the system for the process's id takes too long.
        self.is_fork = False
        os.register_at_fork(after_in_child=self._note)

    def leave(self) -> NoReturn:
        """End this process, and leave to the worker what is to be done at its end."""
        _leave()

    def _note(self) -> None:
        self.is_fork = True


@contextmanager
def one_process() -> Iterator[None]:
    """End each process that is forked within the block, where the block ends."""
    ours = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != ours:
            _leave()


def close_in_forks(descriptor: int) -> None:
    """Close a descriptor in every process that is forked from now on."""

    def close() -> None:
        # The target may have closed it.
        with suppress(OSError):
            os.close(descriptor)

    os.register_at_fork(after_in_child=close)


def _leave() -> NoReturn:
    raised = sys.exception()
    code = 1 if raised else 0
    try:
        if isinstance(raised, SystemExit) and (raised.code is None or isinstance(raised.code, int)):
            code = (raised.code or 0) % _CODES
        elif raised:
            # The place that raised; above it is code of ours.
            traceback.print_exception(raised, limit=-1)
        sys.stdout.flush()
    finally:
        os._exit(code)
