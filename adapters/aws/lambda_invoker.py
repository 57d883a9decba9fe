"""Hands shards to worker Lambdas: the port `ShardInvoker` over asynchronous `Invoke` calls, many at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import RetryCallState, Retrying, retry_if_exception

from adapters.aws.lambda_errors import judge
from application.documents.request import Payloads
from domain.dispatch_policy import FINAL, DispatchPolicy, Verdict
from domain.plan import Shard
from domain.sweep import Outcome, OutcomeKind, Sweep

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_CONNECT_SECONDS = 1.0
_ACCEPTED = 202
# Shards that have been taken from the plan and have no outcome yet, for each that is being handed over.
_AHEAD = 2


def lambda_client(policy: DispatchPolicy, endpoint_url: str | None = None) -> LambdaClient:
    """Make a client that fits the policy: a connection for each concurrent call, and no retries of its own.

    An attempt that begins as late as the policy allows still ends within its reserve.
    """
    import boto3  # noqa: PLC0415 - loaded only by who invokes
    from botocore.config import Config  # noqa: PLC0415 - likewise

    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=max(1.0, policy.reserve - _CONNECT_SECONDS - 1.0),
        tcp_keepalive=True,
    )
    return boto3.client("lambda", config=config, endpoint_url=endpoint_url)


class _AttemptFailedError(Exception):
    """One attempt to hand over a shard failed."""

    def __init__(self, verdict: Verdict, code: str) -> None:
        self.verdict = verdict
        self.code = code
        super().__init__(code)


class _DeferredError(Exception):
    """No attempt was made any more."""


class LambdaInvoker:
    """One `Invoke` a shard, retried as the policy says; `remaining` gives the seconds until the deadline.

    `sleep` waits between attempts; by default it is cut short when the dispatch is stopped.
    """

    def __init__(
        self,
        client: LambdaClient,
        function: str,
        policy: DispatchPolicy,
        remaining: Callable[[], float],
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """Hand over to `function`, with a client made by `lambda_client`."""
        self._client = client
        self._function = function
        self._policy = policy
        self._remaining = remaining
        self._stopped = Event()
        self._reason = ""
        self._sleep = sleep or self._wait

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard]) -> Iterator[Outcome]:
        """Hand over each shard; its outcome comes as soon as it is known."""
        payloads = Payloads(sweep)
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        waiting = 0
        with ThreadPoolExecutor(self._policy.concurrency, "dispatch") as pool:
            try:
                for shard in shards:
                    pool.submit(lambda shard: outcomes.put(self._outcome(shard, payloads)), shard)
                    waiting += 1
                    while waiting >= _AHEAD * self._policy.concurrency or not outcomes.empty():
                        yield outcomes.get()
                        waiting -= 1
                for _ in range(waiting):
                    yield outcomes.get()
            finally:
                # Given up half way: nobody would hear what became of the shards that have not been sent yet.
                pool.shutdown(cancel_futures=True)

    def _wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _outcome(self, shard: Shard, payloads: Payloads) -> Outcome:
        """Give the one outcome of a shard, whatever happens."""
        retrying = self._retrying()
        try:
            request_id = retrying(self._attempt, payloads.of(shard))
        except _DeferredError:
            return Outcome(shard.number, OutcomeKind.DEFERRED, self._reason or "OutOfTime", _attempts(retrying) - 1)
        except _AttemptFailedError as failed:
            return Outcome(shard.number, FINAL[failed.verdict], failed.code, _attempts(retrying))
        except Exception as error:  # noqa: BLE001 - an exception here would cost the shard its outcome
            return Outcome(shard.number, OutcomeKind.UNKNOWN, type(error).__name__, _attempts(retrying))
        return Outcome(shard.number, OutcomeKind.ACCEPTED, request_id, _attempts(retrying))

    def _retrying(self) -> Retrying:
        """Give the one retry policy, carried out by tenacity."""
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
        return not self._policy.has_time(self._remaining() - state.upcoming_sleep)

    def _attempt(self, payload: bytes) -> str:
        """Invoke once, and give AWS's request id."""
        if self._stopped.is_set() or not self._policy.has_time(self._remaining()):
            raise _DeferredError
        try:
            response = self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as error:
            verdict, code = judge(error)
            if verdict is Verdict.STOP:
                self._reason = code
                self._stopped.set()
            raise _AttemptFailedError(verdict, code) from error
        # Left unread, the (empty) body would keep the connection from being used again. The answer has come already.
        with suppress(BotoCoreError):
            response["Payload"].read()
        if response["StatusCode"] != _ACCEPTED:
            raise _AttemptFailedError(Verdict.UNKNOWN, f"Status{response['StatusCode']}")
        return response["ResponseMetadata"]["RequestId"]


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, _AttemptFailedError) and error.verdict is Verdict.RETRY


def _attempts(retrying: Retrying) -> int:
    return int(retrying.statistics.get("attempt_number", 1))
