"""The local engine: the port `ShardInvoker` for one machine, over worker processes that each run one shard at a time.

`dispatch` only queues, and waits for nobody. `run` then drives the workers to the end of the queue. A worker that dies
takes down its shard and nothing else; a new one takes its place.
"""

from __future__ import annotations

import json
import selectors
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from adapters.local.worker_process import WorkerProcess
from application.documents.request import Payloads
from application.execute_shard import FailShard
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.plan import Shard
from domain.sweep import Outcome, OutcomeKind, ShardFailed, Sweep

# How often to look whether a silent worker is still alive, in seconds.
_GLANCE = 0.1
# How long a worker may take to stop before it is killed, in seconds.
_PATIENCE = 0.7


@dataclass(slots=True)
class EngineProgress:
    """What this run of the engine has done so far, in points and in shards."""

    done: int = 0
    failed: int = 0
    shards_done: int = 0
    shards_failed: int = 0


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """How workers are started (`command`), what they evaluate, with which keywords, and where they find the module."""

    command: Sequence[str]
    folder: str
    target: str
    names: Sequence[str]
    import_paths: Sequence[str]

    @property
    def greeting(self) -> bytes:
        """The first line that a worker reads."""
        return json.dumps(
            {"folder": self.folder, "target": self.target, "names": self.names, "import_paths": self.import_paths}
        ).encode()


Watch = Callable[[EngineProgress], None]


class ProcessInvoker:
    """A queue of shards and `workers` (at least 1) processes. Use it in a `with` block, which leaves no process."""

    def __init__(self, setup: WorkerSetup, workers: int) -> None:
        """Prepare; `start` starts the processes, and `run` new ones for those that die."""
        self._setup = setup
        self._wanted = workers
        self._workers: list[WorkerProcess] = []
        self._selector = selectors.DefaultSelector()
        self._queue: deque[tuple[Shard, Payloads]] = deque()
        self._ended = EngineProgress()

    def __enter__(self) -> Self:
        """Give the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every worker, whatever it is doing: within a second, or a little more if it will not listen."""
        for worker in self._workers:
            worker.ask_to_stop()
        for worker in list(self._workers):
            self._dismiss(worker)
        self._selector.close()

    def start(self) -> str:
        """Start the workers and give the digest of the target's source; `InvalidSweep` if it cannot be evaluated."""
        # All at once, so that they import the target side by side; the first speaks for all.
        worker, *_ = [self._hire() for _ in range(self._wanted)]
        while True:
            self._selector.select(_GLANCE)
            cause = worker.cause_of_death()
            for message in worker.messages():
                if "fault" in message:
                    raise InvalidSweep.at("target", message["fault"])
                worker.is_ready = True
                return str(message["ready"])
            if cause:
                raise InvalidSweep.at("target", f"importing {self._setup.target} did not end well: {cause}")

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard]) -> Iterator[Outcome]:
        """Put the shards in the queue; each is accepted."""
        payloads = Payloads(sweep)
        for shard in shards:
            self._queue.append((shard, payloads))
            yield Outcome(shard.number, OutcomeKind.ACCEPTED)

    @property
    def queued(self) -> int:
        """How many shards wait for a worker."""
        return len(self._queue)

    def run(self, sweep_id: str, fail_shard: FailShard, watch: Watch) -> EngineProgress:
        """Run the queue to its end and give what came of it; `watch` is told of every step.

        Raises `DependencyUnavailable` if workers cannot be started any more.
        """
        while self._queue or any(worker.shard for worker in self._workers):
            self._assign()
            self._selector.select(_GLANCE)
            for worker in list(self._workers):
                failure = self._attend(worker)
                if failure:
                    fail_shard(sweep_id, failure)
            watch(self._so_far())
        return self._ended

    def _hire(self) -> WorkerProcess:
        worker = WorkerProcess(self._setup.command, self._setup.greeting)
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
            # One that has died since it was last heard of would take the shard with it.
            if worker.is_ready and self._queue and worker.cause_of_death() is None:
                shard, payloads = self._queue.popleft()
                worker.give(shard, payloads.of(shard))

    def _attend(self, worker: WorkerProcess) -> ShardFailed | None:
        """Hear what a worker has to say, and bury it if it is dead; gives the shard that failed, if one did."""
        # Asked before listening: what a dead worker still had to say has all come by then.
        cause = worker.cause_of_death()
        failure = None
        for message in worker.messages():
            failure = self._hear(worker, message) or failure
        if cause is None:
            return failure
        shard = worker.shard
        self._dismiss(worker)
        if not worker.is_ready:
            raise DependencyUnavailable(f"no worker can be started any more: {cause}")
        return self._fail(shard, "WorkerDied", cause) if shard else failure

    def _hear(self, worker: WorkerProcess, message: dict[str, Any]) -> ShardFailed | None:
        match message:
            case {"ready": _}:
                worker.is_ready = True
            case {"at": points, "errors": errors}:
                worker.at, worker.errors = points, errors
            case {"values": values, "errors": errors}:
                worker.shard = None
                self._ended.done += values
                self._ended.failed += errors
                self._ended.shards_done += 1
            case {"reason": reason, "message": text}:
                shard, worker.shard = worker.shard, None
                return self._fail(shard, reason, text) if shard else None
            case {"fault": text}:
                raise DependencyUnavailable(f"no worker can be started any more: {text}")
            case _:  # the sweep was cancelled
                worker.shard = None
        return None

    def _fail(self, shard: Shard, reason: str, message: str) -> ShardFailed:
        self._ended.failed += shard.size
        self._ended.shards_failed += 1
        return ShardFailed(shard.number, reason, message)

    def _so_far(self) -> EngineProgress:
        """Add the points of running shards to those of ended ones."""
        running = [worker for worker in self._workers if worker.shard]
        return EngineProgress(
            self._ended.done + sum(worker.at - worker.errors for worker in running),
            self._ended.failed + sum(worker.errors for worker in running),
            self._ended.shards_done,
            self._ended.shards_failed,
        )
