"""Warm processes of functions, each forked from one process that has imported what all of them load."""

from __future__ import annotations

import json
import multiprocessing
import signal
import uuid
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock
from typing import Any

from tests.e2e.chaos.function_process import serve
from tests.e2e.chaos.parameters import PARAMETERS
from tests.e2e.chaos.script import Script
from tests.fakes.functions import Function, environment

FORKS = multiprocessing.get_context("forkserver")
_LOADED = "tests.e2e.chaos.loaded"
CRASHED = "crashed"
# A start of a process reads the ends of all others (`multiprocessing.process._cleanup`). Of two threads that read the
# end of one at once, the second takes it for an end with code 255.
_CHILDREN = Lock()
# The clocks of two functions differ by at most twice this, in seconds.
_SKEW = 4.0


@dataclass(frozen=True, slots=True)
class Failed:
    """How an event failed: the kind of error, all that is known of it, and whether the process has ended."""

    kind: str
    text: str
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Warm:
    """One process, which waits for its next event."""

    process: ForkServerProcess
    pipe: Connection

    def run(self, event: Any, seconds: float, jump: float, killed_within: float | None) -> dict[str, Any] | Failed:  # noqa: ANN401 - any JSON
        """Run an event, and return its answer or how it failed; kill the process at the end of its time."""
        asked = {"event": event, "request_id": str(uuid.uuid4()), "seconds": seconds, "jump": jump}
        try:
            self.pipe.send_bytes(json.dumps(asked).encode())
            if killed_within is not None and not self.pipe.poll(killed_within):
                return self._killed("killed")
            if not self.pipe.poll(seconds):
                return self._killed("timed out")
            answer = json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            # It has ended: its number may be that of another process by now.
            return self._dead("killed")
        if "answer" in answer:
            found: dict[str, Any] = answer["answer"]
            return found
        return Failed(answer["errorType"], "".join(answer["trace"]))

    def stop(self) -> int | None:
        """Let the process end by itself, and return its exit code."""
        self.pipe.close()
        wait([self.process.sentinel])
        with _CHILDREN:
            self.process.join()
            code = self.process.exitcode
            self.process.close()
        return code

    def _killed(self, kind: str) -> Failed:
        with _CHILDREN:
            if self.process.is_alive():
                self.process.kill()
        return self._dead(kind)

    def _dead(self, kind: str) -> Failed:
        code = self.stop()
        # Nothing but the storm ends a process: a crash is no part of it.
        kind = kind if code == -signal.SIGKILL else CRASHED
        return Failed(kind, f"{kind}, exit code {code}", is_dead=True)


class Workshop:
    """Starts processes of functions, whose clocks differ by the script."""

    def __init__(self, addresses: dict[str, str], folder: Path, script: Script) -> None:
        """Let each process call these addresses, and log into a file of its function in the folder."""
        self._addresses = addresses
        self._folder = folder
        self._script = script
        self._numbers = count()
        FORKS.set_forkserver_preload([_LOADED])

    def start(self, function: Function) -> Warm:
        """Start a process of a function, which imports its handler."""
        variables = environment(function, PARAMETERS) | self._addresses
        skew = (2 * self._script.chance("skew", function.name, next(self._numbers)) - 1) * _SKEW
        here, there = FORKS.Pipe()
        log = str(self._folder / f"{function.name}.log")
        process = FORKS.Process(target=serve, args=(there, function.module, variables, log, skew), daemon=True)
        with _CHILDREN:
            process.start()
        there.close()
        return Warm(process, here)
