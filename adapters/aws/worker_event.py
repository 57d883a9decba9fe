"""The worker's asynchronous event: a payload in, a shard executed or failed with a reason.

An error that may pass (the ledger or the result store does not answer) is raised, so that Lambda runs the event again.
An error that would occur again is recorded at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from adapters.documents.payload import read_payload
from adapters.machine.json_log import JsonLog
from application.execute_shard import ExecuteShard, Meter
from application.fail_shard import FailShard
from domain.errors import InvalidSweep
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from domain.task import ShardTask


@dataclass(frozen=True, slots=True)
class WorkerEvents:
    """Executes the shards of events, one a call."""

    execute_shard: ExecuteShard
    fail_shard: FailShard
    log: JsonLog

    def __call__(self, event: object, request_id: str) -> dict[str, str]:
        """Execute the event's shard, and return under `outcome` how it ended: done, failed or cancelled.

        Raises `InvalidSweep` for an event that names no sweep and shard, `SweepNotFound` and `DependencyUnavailable`.
        """
        try:
            task = read_payload(event)
        except InvalidSweep as error:
            sweep_id, number = _shard_of(event, error)
            failed = ShardFailed(number, Reason.PAYLOAD_REFUSED, str(error))
            self.fail_shard(sweep_id, failed)
            return self._failed(sweep_id, failed, request_id)
        return self._execute(task, request_id)

    def _execute(self, task: ShardTask, request_id: str) -> dict[str, str]:
        ids = {"sweep_id": task.sweep_id, "shard": task.shard.number, "request_id": request_id}
        self.log.info("shard started", **ids, points=task.shard.size)
        started = monotonic()
        end = self.execute_shard(task, Meter())
        if end is None:
            self.log.info("shard not run: the sweep is cancelled", **ids)
            return {"outcome": "cancelled"}
        if isinstance(end, ShardFailed):
            return self._failed(task.sweep_id, end, request_id)
        seconds = round(monotonic() - started, 3)
        self.log.info("shard done", **ids, values=end.values, errors=end.errors, seconds=seconds)
        self.log.metrics(_metrics(end, seconds))
        return {"outcome": "done"}

    def _failed(self, sweep_id: str, end: ShardFailed, request_id: str) -> dict[str, str]:
        self.log.warning("shard failed", sweep_id=sweep_id, shard=end.number, request_id=request_id, reason=end.reason)
        self.log.metrics({"ShardsFailed": (1, "Count")})
        return {"outcome": "failed"}


def _shard_of(event: object, error: InvalidSweep) -> tuple[str, int]:
    """Return the sweep's id and the shard's number of an unreadable payload; raises the error if it names neither."""
    match event:
        case {"sweep_id": str(sweep_id), "shard": {"number": int(number)}}:
            return sweep_id, number
        case _:
            raise error


def _metrics(end: ShardDone, seconds: float) -> dict[str, tuple[float, str]]:
    return {
        "ShardsDone": (1, "Count"),
        "PointsDone": (end.values, "Count"),
        "PointsFailed": (end.errors, "Count"),
        "ShardDuration": (seconds, "Seconds"),
    }
