"""The local engine: the port `Engine`, over worker processes that each execute one shard at a time.

`dispatch` only queues shards. `run` then assigns them to the workers until the queue is empty. If a worker dies, its
shard fails and no other, and a new worker is started.
"""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.messages import At, Ended, Failed, Fault, Greeting, Message, Ready
from adapters.local.worker_process import WorkerProcess
from application.documents.payload import Payloads
from application.ports.engine import EngineCounts, OnCounts
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable, TargetUnavailable
from domain.plan import Shard
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.sweep import ShardFailed, Sweep
from domain.target_sources import TargetSources

# Every so many seconds the engine looks whether a silent worker is still alive.
_GLANCE = 0.1
# So many seconds a worker has to stop before it is killed.
_PATIENCE = 0.7


@dataclass(frozen=True, slots=True)
class EngineSetup:
    """The command that starts a worker process, the most processes, and the folders to import targets from first.

    `output` is the descriptor to which the workers write what targets print, by default standard error.
    """

    command: Sequence[str]
    workers: int
    import_paths: Sequence[str] = ()
    output: int = 2


def _nothing() -> None:
    """Do nothing."""


class ProcessEngine:
    """A queue of shards, and the worker processes that store their results in one folder."""

    def __init__(self, folder: Path, setup: EngineSetup, on_end: Callable[[], None] = _nothing) -> None:
        """Start no process yet: `start` does, and `run` replaces those that die.

        `on_end` is called when the workers are gone: of what was accepted, nothing runs from then on.
        """
        self._folder = folder
        self._setup = setup
        self._on_end = on_end
        self._greeting = Greeting(str(folder), "", (), ())
        self._workers: list[WorkerProcess] = []
        self._wanted = 0
        self._selector = selectors.DefaultSelector()
        self._queue: deque[tuple[Shard, Payloads]] = deque()
        self._ended = EngineCounts()

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every worker, whatever it is doing; one that does not stop in time is killed."""
        for worker in self._workers:
            worker.ask_to_stop()
        for worker in list(self._workers):
            self._dismiss(worker)
        self._selector.close()
        self._on_end()

    def start(self, request: SweepRequest) -> TargetSources:
        """Start the workers and return the target's sources, as the first one has loaded them.

        Raises `TargetUnavailable` if a worker cannot import the target, `DependencyUnavailable` if none can be started.
        """
        target, paths = request.require_target(), tuple(self._setup.import_paths)
        self._greeting = Greeting(
            str(self._folder), target, request.keywords, paths, offered=request.offered, optional=request.optional
        )
        # A worker without a shard would be started for nothing.
        self._wanted = min(self._setup.workers, request.plan.shards)
        # All at once, so that they import the target side by side. The first one's answer stands for all.
        worker, *_ = [self._hire(wants_sources=number == 0) for number in range(self._wanted)]
        while True:
            self._selector.select(_GLANCE)
            cause = worker.cause_of_death()
            for message in worker.messages():
                match message:
                    case Ready(sources):
                        worker.is_ready = True
                        return sources
                    case Fault(text):
                        raise TargetUnavailable.at("target", text)
            if cause:
                raise TargetUnavailable.at("target", f"importing {target} did not end well: {cause}")

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], _: Deadline) -> Iterator[Outcome]:
        """Put the shards in the queue, and yield for each that it is accepted."""
        payloads = Payloads(sweep)
        for shard in shards:
            self._queue.append((shard, payloads))
            yield Outcome.of(shard, OutcomeKind.ACCEPTED)

    @property
    def queued(self) -> int:
        """How many shards wait for a worker."""
        return len(self._queue)

    def run(self, sweep_id: str, on_failed: Callable[[ShardFailed], None], on_counts: OnCounts) -> None:
        """Run the queued shards until none is left; raises `DependencyUnavailable` if no worker can be started."""
        DirectoryResultStore(self._folder).remove_drafts(sweep_id)
        while self._queue or any(worker.shard for worker in self._workers):
            self._assign()
            self._selector.select(_GLANCE)
            for worker in list(self._workers):
                failure = self._attend(worker)
                if failure:
                    on_failed(failure)
            on_counts(self._counts())

    def _hire(self, *, wants_sources: bool = False) -> WorkerProcess:
        greeting = replace(self._greeting, wants_sources=wants_sources)
        worker = WorkerProcess(self._setup.command, greeting, self._setup.output)
        self._workers.append(worker)
        self._selector.register(worker, selectors.EVENT_READ)
        return worker

    def _dismiss(self, worker: WorkerProcess) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker)
        worker.stop(_PATIENCE)

    def _assign(self) -> None:
        idle = [worker for worker in self._workers if worker.shard is None]
        for _ in range(min(self._wanted - len(self._workers), len(self._queue) - len(idle))):
            self._hire()
        for worker in idle:
            # A worker may have died since its last message: a shard that it is assigned now would fail.
            if worker.is_ready and self._queue and worker.cause_of_death() is None:
                shard, payloads = self._queue.popleft()
                worker.assign(shard, payloads.of(shard))

    def _attend(self, worker: WorkerProcess) -> ShardFailed | None:
        """Read a worker's messages, dismiss it if it is dead, and return the shard that failed, if one did."""
        # In this order: once a worker is dead, all of its messages are in the pipe.
        cause = worker.cause_of_death()
        failure = None
        for message in worker.messages():
            failure = self._receive(worker, message) or failure
        if cause is None:
            return failure
        shard = worker.shard
        self._dismiss(worker)
        if not worker.is_ready:
            raise DependencyUnavailable(f"no worker can be started any more: {cause}")
        return self._fail(shard, Reason.WORKER_DIED, cause) if shard else failure

    def _receive(self, worker: WorkerProcess, message: Message) -> ShardFailed | None:
        match message:
            case Ready():
                worker.is_ready = True
            case At():
                worker.at = message
            case Ended(values, errors, skipped, reused):
                worker.shard = None
                self._ended.done += values
                self._ended.failed += errors
                self._ended.skipped += skipped
                self._ended.reused += reused
                self._ended.shards_done += 1
            case Failed(reason, text):
                shard, worker.shard = worker.shard, None
                return self._fail(shard, reason, text) if shard else None
            case Fault(text):
                raise DependencyUnavailable(f"no worker can be started any more: {text}")
            case _:  # the sweep was cancelled: no other shard of it would start either
                worker.shard = None
                self._queue.clear()
        return None

    def _fail(self, shard: Shard, reason: Reason, message: str) -> ShardFailed:
        self._ended.failed += shard.size
        self._ended.shards_failed += 1
        return ShardFailed(shard.number, reason, message, generation=shard.generation)

    def _counts(self) -> EngineCounts:
        """Return the points of running shards and of ended ones, and the number of ended ones."""
        running = [worker.at for worker in self._workers if worker.shard]
        return EngineCounts(
            self._ended.done + sum(at.points - at.errors - at.skipped for at in running),
            self._ended.failed + sum(at.errors for at in running),
            self._ended.shards_done,
            self._ended.shards_failed,
            self._ended.skipped + sum(at.skipped for at in running),
            self._ended.reused,
        )
