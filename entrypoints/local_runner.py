"""A process that runs one sweep in the background: `python -P -m entrypoints.local_runner DESCRIPTOR`.

It reads its order from standard input and writes one line to the descriptor, once it has begun or cannot begin;
`adapters/local/runner_messages.py` has both. It needs no caller from then on.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from adapters.documents.ledger_entries import stored_request
from adapters.local.run_log import RunLog
from adapters.local.runner_messages import Order, decode_order, encode_answer
from application.ports.engine import EngineCounts, OnCounts
from application.ports.runner import Begun
from application.run_sweep import Beginning, Watch
from domain.errors import DependencyUnavailable, SweepError
from domain.standing import Redo
from entrypoints.cli.exit_codes import ExitCode, of_error
from entrypoints.cli.interrupts import interruptible
from entrypoints.containers.local import LocalContainer


class Answer:
    """The one line that the caller waits for."""

    def __init__(self, descriptor: int) -> None:
        """Keep the descriptor from processes that are started."""
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the function takes no keyword
        self._descriptor = descriptor
        self.is_sent = False

    def send(self, answer: Begun | SweepError) -> None:
        """Send the line; a caller that is gone needs none."""
        with suppress(BrokenPipeError):
            os.write(self._descriptor, encode_answer(answer))
        os.close(self._descriptor)
        self.is_sent = True


def main() -> None:
    """Run the sweep of the order to its end."""
    order = decode_order(sys.stdin.buffer.read())
    # The child goes on: it has no parent that would have to wait for it.
    if order is None or os.fork():
        os._exit(0)
    # As under nohup.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    answer = Answer(int(sys.argv[1]))
    try:
        log = RunLog(Path(order.folder))
    except SweepError as error:
        answer.send(error)
        return
    # All that this process and its workers print from now on.
    for standard in (sys.stdout, sys.stderr):
        os.dup2(log.descriptor, standard.fileno())
    sys.exit(_logged(order, log, answer))


def _logged(order: Order, log: RunLog, answer: Answer) -> ExitCode:
    """Run the order and return the exit code; an error goes to the caller, or to the log once the run has begun."""
    try:
        with interruptible():
            _run(order, partial(_watch, log, answer))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what is done is kept\n")
        return ExitCode.INTERRUPTED
    except SweepError as error:
        if answer.is_sent:
            sys.stderr.write(f"error: {error}\n")
        else:
            log.remove()
            answer.send(error)
        return of_error(error)
    log.end()
    return ExitCode.OK


def _run(order: Order, watch: Watch) -> None:
    folder = Path(order.folder)
    run = LocalContainer(folder=folder).runs().of(order.sweep_id) if order.sweep_id else None
    _enter(run.started_in if run and run.started_in else order.started_in)
    import_paths = run.import_paths if run and run.import_paths else order.import_paths
    run_sweep = LocalContainer(folder=folder, workers=order.workers, import_paths=import_paths).run_sweep()
    if order.sweep_id:
        run_sweep.again(order.sweep_id, watch)
    else:
        run_sweep(stored_request("the order", order.request), watch, Redo.NOTHING, order.key)


def _enter(folder: str) -> None:
    """Make the folder in which the sweep was started the current one: a target may read files there."""
    try:
        os.chdir(folder)
    except OSError as error:
        raise DependencyUnavailable(f"the sweep was started in {folder}, which is gone: {error.strerror}") from error


@contextmanager
def _watch(log: RunLog, answer: Answer, beginning: Beginning) -> Iterator[OnCounts]:
    """Tell the caller that the sweep is recorded and its shards are dispatched."""
    sweep_id = beginning.before.head.id
    log.begin(sweep_id)
    answer.send(Begun(sweep_id, not beginning.is_new, beginning.queued))
    yield _show_nothing


def _show_nothing(_: EngineCounts) -> None:
    """Show nothing: callers ask the ledger how far the sweep is."""


if __name__ == "__main__":
    main()
