"""How the engine learns of a worker process's end."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from adapters.local.messages import Greeting
from adapters.local.worker_process import WorkerProcess

_REAL_TIME = signal.SIGRTMIN + 3


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import sys; sys.exit(7)", "the worker process exited with code 7"),
        ("import os; os.kill(os.getpid(), 9)", "the worker process was killed by SIGKILL (out of memory?)"),
        ("import os; os.kill(os.getpid(), 15)", "the worker process was killed by SIGTERM"),
        (f"import os; os.kill(os.getpid(), {_REAL_TIME})", f"the worker process was killed by signal {_REAL_TIME}"),
    ],
    ids=["exit", "SIGKILL", "SIGTERM", "a signal without a name"],
)
def test_cause_of_death_is_a_sentence(code: str, cause: str) -> None:
    """Whatever ends a worker, the engine has a message for its shard, and goes on with the others."""
    worker = WorkerProcess([sys.executable, "-c", code], Greeting("", "", (), ()), output=2)
    try:
        deadline = time.monotonic() + 30
        while (found := worker.cause_of_death()) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert found == cause
    finally:
        worker.stop(0)
