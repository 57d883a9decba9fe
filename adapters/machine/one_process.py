"""Targets that fork: the child process returns from the target too, but only the worker goes on with the shard."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from application.ports.target_loader import Target, TargetLoader


class OneProcessTargets:
    """Targets of another loader, none of which returns in a process that it has forked."""

    def __init__(self, targets: TargetLoader) -> None:
        """Load from `targets`."""
        self._targets = targets

    def load(self, name: str, keywords: Iterable[str]) -> Target:
        """Return the target; raises what the other loader raises."""
        with one_process():
            target = self._targets.load(name, keywords)
        return _returning_once(target)


# An entry for each fork between the first process and this one. To ask the system for the process's id after each call
# would take longer than a small target.
_forks: list[None] = []
os.register_at_fork(after_in_child=lambda: _forks.append(None))


@contextmanager
def one_process() -> Iterator[None]:
    """End each process that was forked within the block, where the block ends."""
    forks = len(_forks)
    try:
        yield
    finally:
        if len(_forks) != forks:
            _leave(sys.exception())


def _returning_once(target: Target) -> Target:
    forks = len(_forks)

    def call(**keywords: object) -> object:
        # Not by `one_process`: a generator would take longer than a small target, too.
        try:
            return target(**keywords)
        finally:
            if len(_forks) != forks:
                _leave(sys.exception())

    # An error's place is found by the target's package.
    call.__module__ = str(getattr(target, "__module__", ""))
    return call


def _leave(error: BaseException | None) -> None:
    """End this process as Python ends a program, but for what the worker will do at its own end."""
    code = 0
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    elif error:
        traceback.print_exception(error)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        # The target may have closed it.
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
