"""The process that makes a request, by the key that it signs with: servers kill it in the middle of a request."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_KEY = re.compile(r"Credential=PID([0-9]+)X([0-9]+)/")
# Where proc_pid_stat(5) has the moment of the start, counted from behind the name.
_STARTED = 19


@dataclass(frozen=True, slots=True)
class Caller:
    """A process of a function: its number, which the system may reuse for another one later, and when it started."""

    number: int
    started: int

    @classmethod
    def this(cls) -> Self:
        """Return the process that asks."""
        return cls(os.getpid(), _started(os.getpid()))

    @classmethod
    def of(cls, authorization: str) -> Self | None:
        """Return the process that signed a request, None if it was no function."""
        found = _KEY.search(authorization)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def key(self) -> str:
        """The id of the key that it signs with."""
        return f"PID{self.number}X{self.started}"

    def kill(self) -> None:
        """Kill this process, and no other one that has its number by now."""
        try:
            handle = os.pidfd_open(self.number)
        except ProcessLookupError:
            return
        try:
            # The handle stands for one process, so that none can take its place from here on.
            if _started(self.number) == self.started:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError):
            return
        finally:
            os.close(handle)


def _started(number: int) -> int:
    """Return when a process started, in ticks since the machine did."""
    fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    return int(fields.split()[_STARTED])
