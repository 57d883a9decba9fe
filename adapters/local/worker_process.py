"""One worker process of the local engine, as its parent sees it.

Down its standard input go JSON lines: a greeting, then worker payloads (contract 3, byte for byte what a worker Lambda
gets). Up a pipe of its own come JSON lines: `ready` or `fault` once, then `at` while a shard runs and `ended` after it.
Standard output stays free for what a target prints, and is sent to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any, cast

from domain.errors import DependencyUnavailable
from domain.plan import Shard

# Numerical libraries start a thread for each core. With a process for each core that is too many of them, and sums
# would come out differently with the number of threads.
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
_CHUNK = 1 << 16


class WorkerProcess:
    """A running worker process; `shard` is what it is working on, `at` and `errors` how far it has come."""

    def __init__(self, command: Sequence[str], greeting: bytes) -> None:
        """Start the process and greet it; raises `DependencyUnavailable`."""
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        try:
            self._process = _start([*command, str(writing)], writing)
        except OSError as error:
            os.close(self._reading)
            raise DependencyUnavailable(f"no worker process can be started ({command[0]}): {error.strerror}") from error
        finally:
            os.close(writing)
        self._unread = b""
        self.is_ready = False
        self.shard: Shard | None = None
        self.at = 0
        self.errors = 0
        self._send(greeting)

    def fileno(self) -> int:
        """Give the pipe that messages come up, so that a selector can wait for it."""
        return self._reading

    def give(self, shard: Shard, payload: bytes) -> None:
        """Hand over one shard."""
        self.shard, self.at, self.errors = shard, 0, 0
        self._send(payload)

    def messages(self) -> Iterator[dict[str, Any]]:
        """Give the messages that have come, without waiting for more."""
        with suppress(BlockingIOError):
            while chunk := os.read(self._reading, _CHUNK):
                self._unread += chunk
        *lines, self._unread = self._unread.split(b"\n")
        return map(json.loads, lines)

    def cause_of_death(self) -> str | None:
        """Say how the process ended, or None while it lives."""
        code = self._process.poll()
        if code is None:
            return None
        if code < 0:
            memory = " (out of memory?)" if code == -signal.SIGKILL else ""
            return f"the worker process was killed by {signal.Signals(-code).name}{memory}"
        return f"the worker process exited with code {code}"

    def ask_to_stop(self) -> None:
        """Tell the process, and whatever it started, to end."""
        self._signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Wait so many seconds at most for the process to end, then kill it and whatever it started."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._reading)
        self._input.close()

    @property
    def _input(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def _send(self, line: bytes) -> None:
        rest = memoryview(line + b"\n")
        # A process that has died is noticed by whoever looks for its cause of death.
        with suppress(BrokenPipeError):
            while rest:
                rest = rest[self._input.write(rest) :]

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _start(command: Sequence[str], writing: int) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own: Ctrl-C is its parent's business."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=sys.stderr.fileno(),
        pass_fds=[writing],
        start_new_session=True,
        env={**_ONE_THREAD, **os.environ},
    )
