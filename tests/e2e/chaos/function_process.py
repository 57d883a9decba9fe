"""The process of one function: it imports the handler, and answers one event after another, as Lambda's runtime does.

It reads events from a pipe and writes answers to it, each one JSON document.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from adapters.machine.clock import SystemClock
from tests.e2e.chaos.caller import Caller


@dataclass(slots=True)
class SkewedClock:
    """A clock that is wrong by so many seconds, in a world that has jumped ahead by so many."""

    skew: float
    jump: float = 0.0

    def now(self) -> float:
        """Return the seconds since the epoch, by this clock."""
        return time.time() + self.skew + self.jump


def serve(pipe: Connection, module: str, environment: Mapping[str, str], log: str, skew: float) -> None:
    """Answer events until the pipe is closed."""
    # Ctrl-C ends the command that started this process, and with it the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in [name for name in os.environ if name.startswith(("AWS_", "SWEEP_"))]:
        del os.environ[name]
    os.environ.update(environment)
    # By the key that a request is signed with, a server knows which process made it.
    os.environ.update({"AWS_ACCESS_KEY_ID": Caller.this().key, "AWS_SECRET_ACCESS_KEY": "test"})
    sys.stdout = open(log, "a", buffering=1, encoding="utf-8")  # noqa: PTH123, SIM115 - open as long as the process
    clock = SkewedClock(skew)
    # The machine's own clock cannot be skewed for one process alone.
    setattr(SystemClock, "now", lambda _: clock.now())  # noqa: B010 - to a type checker, a method is no variable
    handler = importlib.import_module(module).handler
    while True:
        try:
            asked = json.loads(pipe.recv_bytes())
        except EOFError:
            return
        clock.jump = asked["jump"]
        pipe.send_bytes(json.dumps(_answer(handler, asked)).encode())


def _answer(handler: Any, asked: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - Lambda's handlers have no type
    ends = time.monotonic() + asked["seconds"]
    context = SimpleNamespace(
        aws_request_id=asked["request_id"],
        get_remaining_time_in_millis=lambda: int((ends - time.monotonic()) * 1000),
    )
    try:
        return {"answer": handler(asked["event"], context)}
    except Exception as error:  # noqa: BLE001 - as the runtime does
        return {
            "errorType": type(error).__name__,
            "errorMessage": str(error),
            "trace": traceback.format_exception(error),
        }
