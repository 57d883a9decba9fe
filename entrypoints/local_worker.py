"""A worker process of the local engine: `python -P -m entrypoints.local_worker DESCRIPTOR`.

It reads messages from standard input and writes its own to the file descriptor; `adapters/local/messages.py` has both.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from adapters.local.messages import (
    At,
    Cancelled,
    Ended,
    Failed,
    Fault,
    Greeting,
    Message,
    Ready,
    decode_message,
    encode_message,
)
from adapters.machine.forks import close_in_forks
from adapters.machine.taken_names import refuse_taken_names
from adapters.machine.target_sources import target_sources
from application.documents.payload import own_task
from application.execute_shard import ExecuteShard
from application.meter import Meter
from domain.dispatch_policy import no_deadline
from domain.errors import SweepError, TargetUnavailable
from domain.reasons import Reason
from domain.sweep import ShardDone
from domain.task import ShardTask
from entrypoints.containers.local_worker import LocalWorkerContainer

# How often a running shard reports how far it is, in seconds.
_TICK = 0.25

Send = Callable[[Message], None]


def main() -> None:
    """Serve until standard input ends."""
    descriptor = int(sys.argv[1])
    # What the target starts must not keep the pipe open.
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - the function takes no keyword
    close_in_forks(descriptor)

    def send(message: Message) -> None:
        os.write(descriptor, encode_message(message) + b"\n")

    sys.stdout, sys.stderr = printed = _whole_lines(sys.stdout), _whole_lines(sys.stderr)
    lines = _read_ahead()
    greeting = decode_message(lines.get())
    if not isinstance(greeting, Greeting):
        raise TypeError("the first line is no greeting")
    # Absolute, as the target may change the current folder.
    container = LocalWorkerContainer(folder=Path(greeting.folder).absolute())
    # Made before the path changes: a file of the user's must not stand in for a module that ours import.
    execute, targets = container.execute_shard(), container.targets()
    sys.path[:0] = greeting.import_paths
    refuse_taken_names(greeting.import_paths)
    try:
        target = targets.load(greeting.target, greeting.keywords, greeting.offered, greeting.optional)
    except TargetUnavailable as error:
        send(Fault(error.problems[0].message))
        return
    wanted = greeting.wants_sources
    send(Ready(target_sources(greeting.target, target, greeting.import_paths) if wanted else {}))
    while True:
        message = _execute(execute, own_task(lines.get()), send)
        for stream in printed:
            # The target may have closed it, or what read it is gone.
            with suppress(ValueError, OSError):
                stream.flush()
        send(message)


def _whole_lines(stream: TextIO) -> TextIO:
    """Return a stream to the same descriptor that writes each line at once, whatever PYTHONUNBUFFERED says.

    Worker processes write to one pipe: what two of them print at the same time must not share a line.
    """
    return open(stream.fileno(), "w", buffering=1, encoding=stream.encoding, errors=stream.errors, closefd=False)


def _read_ahead() -> queue.SimpleQueue[bytes]:
    """Read lines in a thread, which ends the process when the parent is gone, even in the middle of a shard.

    Nothing is lost by that: a result is stored whole or not at all.
    """
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # What the target and its children read from standard input must not be our payloads: for them it is at its end.
    ours = os.dup(sys.stdin.fileno())
    close_in_forks(ours)
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


def _execute(execute: ExecuteShard, task: ShardTask, send: Send) -> Message:
    """Execute one shard and return the message of how it ended."""
    meter = Meter()
    over = threading.Event()
    ticker = threading.Thread(target=_tick, args=(meter, over, send))
    ticker.start()
    try:
        end = execute(task, meter, no_deadline)
    except SweepError as error:
        return Failed(Reason.DEPENDENCY_UNAVAILABLE, str(error))
    finally:
        over.set()
        ticker.join()
    if end is None:
        return Cancelled()
    if isinstance(end, ShardDone):
        return Ended(end.values, end.errors, end.skipped, meter.reused)
    return Failed(end.reason, end.message)


def _tick(meter: Meter, over: threading.Event, send: Send) -> None:
    while not over.wait(_TICK):
        send(At(meter.points, meter.errors, meter.skipped))


if __name__ == "__main__":
    main()
