"""One worker process of the local engine, as its parent sees it.

The process reads messages from its standard input and writes its own to a pipe. Its standard output is not the
parent's, so that a target may print.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, cast

from adapters.local.messages import At, Greeting, Message, decode_message, encode_message
from domain.errors import DependencyUnavailable
from domain.plan import Shard

# Numerical libraries start a thread for each core. Beside a process for each core these are too many, and sums would
# depend on their number.
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
_CHUNK = 1 << 16
_START = At(0, 0, 0)


class WorkerProcess:
    """A running worker process. `shard` is the one it executes, `at` says how far it is with it."""

    def __init__(self, command: Sequence[str], greeting: Greeting, output: int) -> None:
        """Start the process and send it the greeting; raises `DependencyUnavailable` if it cannot be started.

        It writes what the target prints to the descriptor `output`.
        """
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        try:
            self._process = _start([*command, str(writing)], writing, output)
        except OSError as error:
            os.close(self._reading)
            raise DependencyUnavailable(f"no worker process can be started ({command[0]}): {error.strerror}") from error
        finally:
            os.close(writing)
        self._unread = b""
        self.is_ready = False
        self.shard: Shard | None = None
        self.at = _START
        self._send(encode_message(greeting))

    def fileno(self) -> int:
        """Return the descriptor of the process's messages, so that a selector can wait for them."""
        return self._reading

    def assign(self, shard: Shard, payload: bytes) -> None:
        """Send the process one shard to execute."""
        self.shard, self.at = shard, _START
        self._send(payload)

    def messages(self) -> Iterator[Message]:
        """Return the messages that have arrived, without waiting for more."""
        with suppress(BlockingIOError):
            while chunk := os.read(self._reading, _CHUNK):
                self._unread += chunk
        *lines, self._unread = self._unread.split(b"\n")
        return map(decode_message, lines)

    def cause_of_death(self) -> str | None:
        """Return a sentence about how the process ended, or None while it is alive."""
        code = self._process.poll()
        if code is None:
            return None
        if code < 0:
            memory = " (out of memory?)" if code == -signal.SIGKILL else ""
            return f"the worker process was killed by {_signal_name(-code)}{memory}"
        return f"the worker process exited with code {code}"

    def ask_to_stop(self) -> None:
        """Ask the process, and every process that it started, to end."""
        self._signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Wait at most `patience` seconds for the process to end, then kill it and every process that it started."""
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
        # The process may have died: the engine finds out when it asks for the cause of death.
        with suppress(BrokenPipeError):
            while rest:
                rest = rest[self._input.write(rest) :]

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _signal_name(number: int) -> str:
    """Return a signal's name, or its number: real-time signals have no names in `signal.Signals`."""
    names = {one.value: one.name for one in signal.Signals}
    return names.get(number, f"signal {number}")


def _start(command: Sequence[str], writing: int, output: int) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, where Ctrl-C does not reach it: its parent stops it."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        pass_fds=[writing],
        start_new_session=True,
        env={**_ONE_THREAD, **os.environ},
    )
