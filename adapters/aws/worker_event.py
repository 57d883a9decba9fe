"""The worker's asynchronous event: a payload in, a shard run or failed with a reason.

Only what may pass by itself (the ledger or the result store does not answer) is raised, so that Lambda delivers the
event again. What would fail the same way again is recorded at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from adapters.documents.payload import read_payload
from adapters.machine.json_log import JsonLog
from adapters.machine.python_targets import Target, check_signature
from application.execute_shard import FailShard, Meter, RunShard
from domain.errors import InvalidSweep
from domain.sweep import ShardDone, ShardFailed
from domain.task import ShardTask


@dataclass(frozen=True, slots=True)
class ShardWorker:
    """Runs the shard of one event; `targets` are the ones that this deployment allows."""

    run_shard: RunShard
    fail_shard: FailShard
    load_target: Callable[[str], Target]
    targets: frozenset[str]
    facts: JsonLog

    def __call__(self, event: object, request_id: str) -> dict[str, str]:
        """Run the event's shard and give its outcome: done, failed or cancelled.

        Raises `InvalidSweep` for an event that does not even say whose shard it carries, and `DependencyUnavailable`.
        """
        try:
            task = read_payload(event)
            target = self._target(task)
        except InvalidSweep as error:
            return self._refuse(event, error, request_id)
        return self._run(task, target, request_id)

    def _target(self, task: ShardTask) -> Target:
        if task.target not in self.targets:
            raise InvalidSweep.at("target", "is not one that this deployment allows")
        target = self.load_target(task.target)
        check_signature(target, (*task.constants, *task.design.names))
        return target

    def _run(self, task: ShardTask, target: Target, request_id: str) -> dict[str, str]:
        ids = {"sweep_id": task.sweep_id, "shard": task.shard.number, "request_id": request_id}
        self.facts.info("shard started", **ids, points=task.shard.size)
        started = monotonic()
        end = self.run_shard(task, target, Meter())
        if end is None:
            self.facts.info("shard not run: the sweep is cancelled", **ids)
            return {"outcome": "cancelled"}
        seconds = round(monotonic() - started, 3)
        self.facts.info("shard done", **ids, values=end.values, errors=end.errors, seconds=seconds)
        self.facts.metrics(_metrics(end, seconds))
        return {"outcome": "done"}

    def _refuse(self, event: object, error: InvalidSweep, request_id: str) -> dict[str, str]:
        """Record a shard that no number of deliveries would run."""
        sweep_id, number = _whose(event, error)
        at_fault = error.problems[0].path
        reason = "TargetUnavailable" if at_fault == "target" else "PayloadRefused"
        self.fail_shard(sweep_id, ShardFailed(number, reason, str(error)))
        self.facts.warn("shard failed", sweep_id=sweep_id, shard=number, request_id=request_id, reason=reason)
        self.facts.metrics({"ShardsFailed": (1, "Count")})
        return {"outcome": "failed"}


def _whose(event: object, error: InvalidSweep) -> tuple[str, int]:
    """Give sweep and shard of a payload that cannot be read as a whole; raises the error if it does not say."""
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
