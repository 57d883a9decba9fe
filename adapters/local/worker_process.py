"""One worker process of the local engine, as its parent sees it.

Messages go down its standard input and come up a pipe of its own. Standard output stays free for what a target prints,
and is sent to standard error.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, cast

from adapters.local.messages import Greeting, Message, decode_message, encode_message
from domain.errors import DependencyUnavailable
from domain.plan import Shard

# Numerical libraries start a thread for each core. With a process for each core that is too many of them, and sums
# would come out differently with the number of threads.
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
_CHUNK = 1 << 16


class WorkerProcess:
    """A running worker process; `shard` is what it is working on, `at` and `errors` how far it has come."""

    def __init__(self, command: Sequence[str], greeting: Greeting) -> None:
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
        self._send(encode_message(greeting))

    def fileno(self) -> int:
        """Return the pipe that messages come up, so that a selector can wait for it."""
        return self._reading

    def assign(self, shard: Shard, payload: bytes) -> None:
        """Send the process one shard to execute."""
        self.shard, self.at, self.errors = shard, 0, 0
        self._send(payload)

    def messages(self) -> Iterator[Message]:
        """Yield the messages that have come, without waiting for more."""
        with suppress(BlockingIOError):
            while chunk := os.read(self._reading, _CHUNK):
                self._unread += chunk
        *lines, self._unread = self._unread.split(b"\n")
        return map(decode_message, lines)

    def cause_of_death(self) -> str | None:
        """Return how the process ended, or None while it lives."""
        code = self._process.poll()
        if code is None:
            return None
        if code < 0:
            memory = " (out of memory?)" if code == -signal.SIGKILL else ""
            return f"the worker process was killed by {signal.Signals(-code).name}{memory}"
        return f"the worker process exited with code {code}"

    def ask_to_stop(self) -> None:
        """Ask the process, and every process that it started, to end."""
        self._signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Wait so many seconds at most for the process to end, then kill it and every process that it started."""
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
        # A process that has died is noticed when the engine asks for its cause of death.
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
