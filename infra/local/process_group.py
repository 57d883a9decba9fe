"""Starts, finds and ends the processes of one stack, even after the command that started them has ended."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROCESSES = Path("/proc")
# Fields of /proc/<pid>/stat after the command's name, as proc(5) numbers them from 3.
STATE, GROUP, SESSION, STARTED = 0, 2, 3, 19
# The emulator holds a connection for each event that waits for a worker, which can be more than the usual limit.
# The shell may start no process of its own, which would be a member of the group for a moment.
RUN = 'ulimit -n "$0"; cd "$1" && shift && exec "$@"'
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ProcessGroup:
    """A leader, all processes in its group and, if it leads a session, all processes in that, whatever their group.

    `number` is the leader's process number, which the system may use again; `started` is when the leader started, in
    clock ticks since boot.
    """

    number: int
    started: int

    @classmethod
    def start(
        cls, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path, *, session: bool = True
    ) -> ProcessGroup:
        """Start a command as the leader of a new group, in a folder and with its output in a log, and return the group.

        The processes outlive this one. Without a session of its own the group stays in that of this process, and is
        ended with it.
        """
        redirected = (
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        )
        there = ("/bin/sh", "-c", RUN, _most_files(), str(folder), *command)
        own: dict[str, Any] = {"setsid": True} if session else {"setpgroup": 0}
        number = os.posix_spawn(there[0], there, environment, file_actions=redirected, **own)
        fields = _stat(number)
        return cls(number, int(fields[STARTED]) if fields else 0)

    @property
    def leads(self) -> bool:
        """Whether the leader still runs."""
        fields = _stat(self.number)
        return fields is not None and int(fields[STARTED]) == self.started and fields[STATE] not in "ZX"

    @property
    def members(self) -> tuple[int, ...]:
        """The numbers of the running processes; none if the leader's number belongs to another process now."""
        leader = _stat(self.number)
        if leader is not None and int(leader[STARTED]) != self.started:
            return ()
        numbers = (int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit())
        return tuple(number for number in numbers if self._owns(_stat(number)))

    def stop(self, patience: float = 10.0) -> None:
        """End every process: ask with SIGTERM, and kill after `patience` seconds; raises `TimeoutError`."""
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, patience)):
            for member in self.members:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(member, number)
            if self._gone_within(seconds):
                return
        raise TimeoutError(f"processes {self.members} do not end")

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.members:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.number, os.WNOHANG)
        return True

    def _owns(self, fields: list[str] | None) -> bool:
        if fields is None or fields[STATE] in "ZX":
            return False
        return self.number in {int(fields[GROUP]), int(fields[SESSION])}


def _most_files() -> str:
    """Return how many files a process may raise its own limit to."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return "unlimited" if hard == resource.RLIM_INFINITY else str(hard)


def _stat(number: int) -> list[str] | None:
    """Return the fields of a process, from its state on, or None if there is no such process."""
    try:
        text = (PROCESSES / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name comes first, in brackets, and may itself contain brackets and blanks.
    return text.rpartition(")")[2].split()
