"""Starting the process that runs a sweep in the background: the port `Runner` for one folder."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.documents.ledger_entries import request_text
from adapters.local.runner_messages import Order, decode_answer, encode_order
from application.ports.runner import Begun
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.request import SweepRequest

_CHUNK = 1 << 16
# In seconds, between two looks at the deadline.
_GLANCE = 1.0


@dataclass(frozen=True, slots=True)
class RunnerSetup:
    """The command that starts the process, its most worker processes, and the folders to import targets from first."""

    command: Sequence[str]
    workers: int
    import_paths: Sequence[str]


class RunnerProcess:
    """Starts a process for each order, in a session of its own: no signal to its caller's terminal reaches it."""

    def __init__(self, folder: Path, setup: RunnerSetup) -> None:
        """Start nothing yet."""
        self._folder = folder
        self._setup = setup

    def submit(self, request: SweepRequest, key: str, deadline: Deadline) -> Begun:
        """Start a process that runs the sweep of a key."""
        return self._start(replace(self._order(), key=key, request=request_text(request)), deadline)

    def retry(self, sweep_id: str, deadline: Deadline) -> Begun:
        """Start a process that runs a sweep again."""
        return self._start(replace(self._order(), sweep_id=sweep_id), deadline)

    def _order(self) -> Order:
        # Absolute, as the process may have another current folder.
        folder, here = str(self._folder.absolute()), str(Path.cwd())
        return Order(folder, self._setup.workers, tuple(self._setup.import_paths) or (here,), here)

    def _start(self, order: Order, deadline: Deadline) -> Begun:
        reading, writing = os.pipe()
        try:
            try:
                self._send(order, writing)
            finally:
                os.close(writing)
            line = _first_line(reading, deadline)
        finally:
            os.close(reading)
        if not line.endswith(b"\n"):
            logs = self._folder / "logs"
            raise DependencyUnavailable(f"the process that was to run the sweep ended before it began; see {logs}")
        return decode_answer(line)

    def _send(self, order: Order, writing: int) -> None:
        """Start the process and send it the order; its child goes on, so that it is not ours to wait for."""
        command = [*self._setup.command, str(writing)]
        try:
            started = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[writing],
                start_new_session=True,
            )
        except OSError as error:
            raise DependencyUnavailable(f"no process can be started ({command[0]}): {error.strerror}") from error
        with started:
            started.communicate(encode_order(order))


def _first_line(reading: int, deadline: Deadline) -> bytes:
    """Return what a process writes up to the end of its first line, or of the pipe if that comes first."""
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            seconds = min(deadline(), _GLANCE)
            if seconds <= 0:
                raise DependencyUnavailable("the process of the sweep has not begun in time; look with: sweep list")
            if selector.select(seconds):
                chunk = os.read(reading, _CHUNK)
                if not chunk:
                    break
                line += chunk
    return line
