"""Dispatches shards to worker Lambdas: the port `ShardInvoker`, by a pool of threads with one retry policy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

from tenacity import RetryCallState, Retrying, retry_if_exception

from adapters.aws.invocation import Invocation, InvocationFailedError
from adapters.machine.json_log import JsonLog
from application.documents.payload import Payloads
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import FINAL, Deadline, DispatchPolicy, Verdict
from domain.plan import Shard
from domain.reasons import Reason
from domain.sweep import Sweep

# Shards that have been taken from the plan and have no outcome yet, for each that is being dispatched.
_AHEAD = 2
Sleep = Callable[[float], None]


class LambdaInvoker:
    """One invocation a shard, many at once, retried as the policy says.

    `sleep` waits between attempts; by default it is cut short when the dispatch is stopped.
    """

    def __init__(self, invoke: Invocation, policy: DispatchPolicy, log: JsonLog, sleep: Sleep | None = None) -> None:
        """Invoke through a client made by `lambda_client` for this policy."""
        self._invoke = invoke
        self._policy = policy
        self._log = log
        self._sleep = sleep

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Dispatch each shard; its outcome comes as soon as it is known."""
        run = _Dispatch(self._invoke, self._policy, self._log, Payloads(sweep), deadline, self._sleep)
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        waiting = 0
        with ThreadPoolExecutor(self._policy.concurrency, "dispatch") as pool:
            try:
                for shard in shards:
                    pool.submit(lambda shard: outcomes.put(run.outcome(shard)), shard)
                    waiting += 1
                    while waiting >= _AHEAD * self._policy.concurrency or not outcomes.empty():
                        yield outcomes.get()
                        waiting -= 1
                for _ in range(waiting):
                    yield outcomes.get()
            finally:
                # Closed half way: no caller would learn what became of the shards that have not been sent yet.
                pool.shutdown(cancel_futures=True)


class _DeferredError(Exception):
    """No further attempt was made."""


class _Dispatch:
    """What lasts one call of `dispatch`: its deadline, and what has stopped it."""

    def __init__(
        self,
        invoke: Invocation,
        policy: DispatchPolicy,
        log: JsonLog,
        payloads: Payloads,
        deadline: Deadline,
        sleep: Sleep | None,
    ) -> None:
        self._invoke = invoke
        self._policy = policy
        self._log = log
        self._payloads = payloads
        self._deadline = deadline
        self._stopped = Event()
        self._reason = Reason.OUT_OF_TIME  # why shards are deferred
        self._logged: set[str] = set()
        self._sleep: Sleep = sleep or self._wait

    def outcome(self, shard: Shard) -> Outcome:
        """Return the one outcome of a shard, whatever happens."""
        retrying = self._retrying()
        try:
            request_id = retrying(self._attempt, self._payloads.of(shard))
        except _DeferredError:
            return Outcome(shard.number, OutcomeKind.DEFERRED, self._reason, attempts=_attempts(retrying) - 1)
        except InvocationFailedError as failed:
            verdict, reason = failed.judgement.verdict, failed.judgement.reason
            return Outcome(shard.number, FINAL[verdict], reason, attempts=_attempts(retrying))
        except Exception as error:  # noqa: BLE001 - an exception here would cost the shard its outcome
            self._log_once(type(error).__name__, Reason.UNEXPECTED_ERROR)
            return Outcome(shard.number, OutcomeKind.UNKNOWN, Reason.UNEXPECTED_ERROR, attempts=_attempts(retrying))
        return Outcome(shard.number, OutcomeKind.ACCEPTED, request_id=request_id, attempts=_attempts(retrying))

    def _attempt(self, payload: bytes) -> str:
        """Invoke once, unless the dispatch is stopped or its time is up."""
        if self._stopped.is_set() or not self._policy.has_time(self._deadline()):
            raise _DeferredError
        try:
            return self._invoke(payload)
        except InvocationFailedError as failed:
            self._log_once(failed.judgement.code, failed.judgement.reason)
            if failed.judgement.verdict is Verdict.STOP:
                self._reason = failed.judgement.reason
                self._stopped.set()
            raise

    def _retrying(self) -> Retrying:
        """Return the one retry policy, carried out by tenacity."""
        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=self._gives_up,
            wait=lambda state: random.uniform(0, self._policy.longest_wait(state.attempt_number)),  # noqa: S311 - jitter is no secret
            sleep=self._sleep,
            reraise=True,
        )

    def _gives_up(self, state: RetryCallState) -> bool:
        if state.attempt_number >= self._policy.attempts:
            return True
        return not self._policy.has_time(self._deadline() - state.upcoming_sleep)

    def _wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _log_once(self, code: str, reason: Reason) -> None:
        """Log the platform's own code once a dispatch: ten thousand shards may meet with the same one."""
        if code not in self._logged:
            self._logged.add(code)
            self._log.warning("invocation failed", code=code, reason=reason)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, InvocationFailedError) and error.judgement.verdict is Verdict.RETRY


def _attempts(retrying: Retrying) -> int:
    return int(retrying.statistics.get("attempt_number", 1))
