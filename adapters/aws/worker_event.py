"""The worker's asynchronous event: a payload in, a shard executed or failed with a reason.

An error that may pass (the ledger or the result store does not answer) is raised, so that Lambda runs the event again.
An error that would occur again is recorded at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from adapters.documents.named_shard import named_shard
from adapters.documents.payload import read_payload
from adapters.machine.json_log import JsonLog
from application.execute_shard import ExecuteShard
from application.fail_shard import FailShard
from application.meter import Meter
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.reasons import Reason
from domain.sweep import ShardFailed
from domain.task import ShardTask


@dataclass(frozen=True, slots=True)
class WorkerEvents:
    """Executes the shards of events, one a call.

    What goes well is logged for debugging alone: of a million shards, the lines would cost as much as all the rest.
    """

    execute_shard: ExecuteShard
    fail_shard: FailShard
    log: JsonLog

    def __call__(self, event: object, request_id: str, deadline: Deadline) -> dict[str, str]:
        """Execute the event's shard, and return under `outcome` how it ended: done, failed or cancelled.

        Raises `InvalidSweep` for an event that names no sweep and shard, `SweepNotFound` and `DependencyUnavailable`.
        """
        try:
            task = read_payload(event)
        except InvalidSweep as error:
            shard = named_shard(event)
            if shard is None:
                raise
            failed = ShardFailed(shard.number, Reason.PAYLOAD_REFUSED, str(error), generation=shard.generation)
            self.fail_shard(shard.sweep_id, failed, deadline)
            return self._failed(shard.sweep_id, failed, request_id)
        return self._execute(task, request_id, deadline)

    def _execute(self, task: ShardTask, request_id: str, deadline: Deadline) -> dict[str, str]:
        ids = {"sweep_id": task.sweep_id, "shard": task.shard.number, "request_id": request_id}
        self.log.debug("shard started", **ids, points=task.shard.size)
        started = monotonic()
        meter = Meter()
        end = self.execute_shard(task, meter, deadline)
        if end is None:
            self.log.debug("shard not run: the sweep is cancelled", **ids)
            return {"outcome": "cancelled"}
        if isinstance(end, ShardFailed):
            return self._failed(task.sweep_id, end, request_id)
        seconds = round(monotonic() - started, 3)
        counts = {"values": end.values, "errors": end.errors, "skipped": end.skipped}
        counts |= {"reused": meter.reused} if task.extends else {}
        self.log.debug("shard done", **ids, **counts, seconds=seconds)
        if end.errors:
            self.log.metrics({"PointsFailed": (end.errors, "Count")})
        return {"outcome": "done"}

    def _failed(self, sweep_id: str, end: ShardFailed, request_id: str) -> dict[str, str]:
        self.log.warning("shard failed", sweep_id=sweep_id, shard=end.number, request_id=request_id, reason=end.reason)
        self.log.metrics({"ShardsFailed": (1, "Count")})
        return {"outcome": "failed"}
