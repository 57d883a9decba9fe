"""One process of a function, as the environment sets it up: it runs events, and prints what they took.

    python -m benchmarks.load_process MODULE < EVENTS

Standard input has two lines of JSON: events that are not measured, then, after the process has printed a line, those
that are.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

NO_DEADLINE = 1_000_000_000
MEGABYTE = 1_000_000


def main() -> None:
    """Run the events, and print processor seconds, the most memory held, and the same before the events."""
    handler = importlib.import_module(sys.argv[1]).handler
    run(handler)
    before, busy = peak_memory(), time.process_time()
    print("ready", flush=True)
    run(handler)
    print(json.dumps([time.process_time() - busy, peak_memory(), before]))


def run(handler: Callable[[Any, Any], Any]) -> None:
    """Run the events of the next line."""
    events = json.loads(sys.stdin.readline())
    with contextlib.redirect_stdout(io.StringIO()):  # the function's log
        for event in events:
            checked(handler(event, context()))


def checked(answer: Any) -> None:  # noqa: ANN401 - what a handler returns
    """Refuse the answer of a parent that did not dispatch."""
    if answer.get("statusCode", 202) != 202:  # noqa: PLR2004 - accepted
        raise SystemExit(answer["body"])


def context() -> Any:  # noqa: ANN401 - Lambda's context has no type
    """Return a context without a deadline."""
    return SimpleNamespace(aws_request_id="load", get_remaining_time_in_millis=lambda: NO_DEADLINE)


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB, by proc_pid_status(5)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MEGABYTE


if __name__ == "__main__":
    main()
