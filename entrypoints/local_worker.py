"""A worker process of the local engine: `python -P -m entrypoints.local_worker DESCRIPTOR`.

It reads from standard input and answers on the given file descriptor, as `adapters/local/worker_process.py` describes.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.documents.payload import read_payload
from adapters.local.directory_results import DirectoryResultStore
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.machine.clock import SystemClock
from adapters.machine.python_targets import Target, check_signature, load_target, source_digest
from application.execute_shard import Meter, RunShard
from domain.errors import InvalidSweep, SweepError
from domain.task import ShardTask

# How often a running shard says how far it has come, in seconds.
_TICK = 0.25

Say = Callable[[dict[str, Any]], None]


def main() -> None:
    """Serve until standard input ends."""
    descriptor = int(sys.argv[1])
    # What the target starts must not keep the pipe open.
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - the function takes no keyword

    def say(message: dict[str, Any]) -> None:
        os.write(descriptor, json.dumps(message).encode() + b"\n")

    # What targets print side by side comes out line by line.
    sys.stdout = open(sys.stdout.fileno(), "w", buffering=1, closefd=False)  # noqa: SIM115 - for as long as the process lasts
    lines = _read_ahead()
    greeting = json.loads(lines.get())
    # The target may change the current folder.
    folder = Path(greeting["folder"]).absolute()
    try:
        target = _load(greeting)
    except InvalidSweep as error:
        say({"fault": error.problems[0].message})
        return
    say({"ready": source_digest(target)})
    _serve(lines, folder, target, say)


def _read_ahead() -> queue.SimpleQueue[bytes]:
    """Read lines in a thread, which ends the process when the parent is gone, even in the middle of a shard.

    Nothing is lost by that: a result is stored whole or not at all.
    """
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # What the target and its children read from standard input must not be our payloads: for them it is at its end.
    ours = os.dup(sys.stdin.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)

    def read() -> None:
        with os.fdopen(ours, "rb") as stream:
            for line in stream:
                lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _load(greeting: dict[str, Any]) -> Target:
    # Put in front only now, when all of our own modules are loaded, so that a user's file cannot stand in for one.
    sys.path[:0] = greeting["import_paths"]
    target = load_target(greeting["target"])
    check_signature(target, greeting["names"])
    return target


def _serve(lines: queue.SimpleQueue[bytes], folder: Path, target: Target, say: Say) -> None:
    payload = lines.get()
    # Opened only now: a sweep that is refused before its first shard leaves nothing behind.
    run_shard = RunShard(SqliteLedger(folder, SystemClock()), DirectoryResultStore(folder))
    while True:
        say(_run(run_shard, read_payload(json.loads(payload)), target, say))
        payload = lines.get()


def _run(run_shard: RunShard, task: ShardTask, target: Target, say: Say) -> dict[str, Any]:
    """Run one shard and give the message that says how it ended."""
    meter = Meter()
    over = threading.Event()
    ticker = threading.Thread(target=_tick, args=(meter, over, say))
    ticker.start()
    try:
        end = run_shard(task, target, meter)
    except SweepError as error:
        return {"reason": type(error).__name__, "message": str(error)}
    finally:
        over.set()
        ticker.join()
    return {"values": end.values, "errors": end.errors} if end else {"cancelled": task.shard.number}


def _tick(meter: Meter, over: threading.Event, say: Say) -> None:
    while not over.wait(_TICK):
        say({"at": meter.points, "errors": meter.errors})


if __name__ == "__main__":
    main()
