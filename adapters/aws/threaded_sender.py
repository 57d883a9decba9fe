"""Sends events through boto3, with a pool of threads: the readable way. `curl_sender` is the fast one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tenacity import Retrying, retry_if_exception

from adapters.aws.events import T
from adapters.aws.invocation import Invocation
from adapters.aws.lambda_errors import InvocationFailedError
from adapters.aws.sending import Sending
from adapters.machine.json_log import JsonLog
from domain.dispatch import Dispatchable, Outcome, OutcomeKind
from domain.dispatch_policy import FINAL, Deadline, DispatchPolicy, Verdict
from domain.reasons import Reason

# How many events may be read without an outcome, for each thread: one is sent, one is next.
_AHEAD = 2
Sleep = Callable[[float], None]


class ThreadedSender:
    """The `EventSender` of one function: one asynchronous invocation an event, each retried as the policy says."""

    def __init__(self, invoke: Invocation, policy: DispatchPolicy, log: JsonLog, sleep: Sleep | None = None) -> None:
        """Invoke through a client made by `lambda_client` for this policy.

        `sleep` waits so many seconds between attempts; the default one ends early when the dispatch is stopped.
        """
        self._invoke = invoke
        self._policy = policy
        self._log = log
        self._sleep = sleep

    def send(self, events: Iterable[T], payload_of: Callable[[T], bytes], deadline: Deadline) -> Iterator[Outcome]:
        """Send each event, and yield its one outcome as soon as it is known; failures are outcomes."""
        dispatch = Sending(self._policy, deadline, self._log)
        outcomes: SimpleQueue[Outcome] = SimpleQueue()
        waiting = 0
        with ThreadPoolExecutor(self._policy.concurrency, "dispatch") as pool:
            try:
                for event in events:
                    pool.submit(lambda event: outcomes.put(self._outcome(event, payload_of, dispatch)), event)
                    waiting += 1
                    while waiting >= _AHEAD * self._policy.concurrency or not outcomes.empty():
                        yield outcomes.get()
                        waiting -= 1
                for _ in range(waiting):
                    yield outcomes.get()
            finally:
                # The caller may have stopped reading: begin no further attempt, as its outcome would be lost.
                dispatch.stop(Reason.OUT_OF_TIME)
                pool.shutdown(cancel_futures=True)

    def _outcome(self, event: T, payload_of: Callable[[T], bytes], dispatch: Sending) -> Outcome:
        """Return the one outcome of an event, whatever happens."""
        try:
            payload = payload_of(event)
        except Exception as error:  # noqa: BLE001 - an exception here would cost the event its outcome
            # It can have no payload, so that nothing was sent, and no further dispatch would change that.
            dispatch.log_once(type(error).__name__, Reason.PAYLOAD_REFUSED)
            return Outcome.of(event, OutcomeKind.REJECTED, Reason.PAYLOAD_REFUSED, attempts=0)
        return self._sent(event, payload, dispatch)

    def _sent(self, event: Dispatchable, payload: bytes, dispatch: Sending) -> Outcome:
        retrying = self._retrying(dispatch)
        try:
            retrying(self._attempt, payload, dispatch)
        except _DeferredError:
            return Outcome.of(event, OutcomeKind.DEFERRED, dispatch.reason, _attempts(retrying) - 1)
        except InvocationFailedError as failed:
            verdict, reason = failed.judgement.verdict, failed.judgement.reason
            return Outcome.of(event, FINAL[verdict], reason, _attempts(retrying))
        except Exception as error:  # noqa: BLE001 - likewise
            dispatch.log_once(type(error).__name__, Reason.UNEXPECTED_ERROR)
            return Outcome.of(event, OutcomeKind.UNKNOWN, Reason.UNEXPECTED_ERROR, _attempts(retrying))
        return Outcome.of(event, OutcomeKind.ACCEPTED, attempts=_attempts(retrying))

    def _attempt(self, payload: bytes, dispatch: Sending) -> None:
        """Invoke once, unless the dispatch is stopped or its time is up."""
        if not dispatch.may_begin:
            raise _DeferredError
        try:
            self._invoke(payload)
        except InvocationFailedError as failed:
            dispatch.log_once(failed.judgement.code, failed.judgement.reason)
            if failed.judgement.verdict is Verdict.STOP:
                dispatch.stop(failed.judgement.reason)
            raise

    def _retrying(self, dispatch: Sending) -> Retrying:
        """Return the one retry policy, carried out by tenacity."""
        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=dispatch.gives_up,
            wait=dispatch.pause,
            sleep=self._sleep or dispatch.wait,
            reraise=True,
        )


class _DeferredError(Exception):
    """No further attempt was made."""


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, InvocationFailedError) and error.judgement.verdict is Verdict.RETRY


def _attempts(retrying: Retrying) -> int:
    return int(retrying.statistics.get("attempt_number", 1))
