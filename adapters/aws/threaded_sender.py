"""Sends events through boto3, with a pool of threads: the readable way. `curl_sender` is the fast one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

from tenacity import RetryCallState, Retrying, retry_if_exception

from adapters.aws.events import T
from adapters.aws.invocation import Invocation, InvocationFailedError
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
        dispatch = _Dispatch(self._policy, deadline)
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

    def _outcome(self, event: T, payload_of: Callable[[T], bytes], dispatch: _Dispatch) -> Outcome:
        """Return the one outcome of an event, whatever happens."""
        try:
            payload = payload_of(event)
        except Exception as error:  # noqa: BLE001 - an exception here would cost the event its outcome
            # It can have no payload, so that nothing was sent, and no further dispatch would change that.
            self._log_once(dispatch, type(error).__name__, Reason.PAYLOAD_REFUSED)
            return Outcome.of(event, OutcomeKind.REJECTED, Reason.PAYLOAD_REFUSED, attempts=0)
        return self._sent(event, payload, dispatch)

    def _sent(self, event: Dispatchable, payload: bytes, dispatch: _Dispatch) -> Outcome:
        retrying = self._retrying(dispatch)
        try:
            retrying(self._attempt, payload, dispatch)
        except _DeferredError:
            return Outcome.of(event, OutcomeKind.DEFERRED, dispatch.reason, _attempts(retrying) - 1)
        except InvocationFailedError as failed:
            verdict, reason = failed.judgement.verdict, failed.judgement.reason
            return Outcome.of(event, FINAL[verdict], reason, _attempts(retrying))
        except Exception as error:  # noqa: BLE001 - likewise
            self._log_once(dispatch, type(error).__name__, Reason.UNEXPECTED_ERROR)
            return Outcome.of(event, OutcomeKind.UNKNOWN, Reason.UNEXPECTED_ERROR, _attempts(retrying))
        return Outcome.of(event, OutcomeKind.ACCEPTED, attempts=_attempts(retrying))

    def _attempt(self, payload: bytes, dispatch: _Dispatch) -> None:
        """Invoke once, unless the dispatch is stopped or its time is up."""
        if dispatch.is_stopped or not dispatch.has_time():
            raise _DeferredError
        try:
            self._invoke(payload)
        except InvocationFailedError as failed:
            self._log_once(dispatch, failed.judgement.code, failed.judgement.reason)
            if failed.judgement.verdict is Verdict.STOP:
                dispatch.stop(failed.judgement.reason)
            raise

    def _retrying(self, dispatch: _Dispatch) -> Retrying:
        """Return the one retry policy, carried out by tenacity."""

        def gives_up(state: RetryCallState) -> bool:
            return state.attempt_number >= self._policy.attempts or not dispatch.has_time(state.upcoming_sleep)

        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=gives_up,
            wait=lambda state: random.uniform(0, self._policy.longest_wait(state.attempt_number)),  # noqa: S311 - jitter is no secret
            sleep=self._sleep or dispatch.wait,
            reraise=True,
        )

    def _log_once(self, dispatch: _Dispatch, code: str, reason: Reason) -> None:
        """Log the platform's own code once a dispatch: ten thousand events may fail with the same one."""
        if dispatch.is_new(code):
            self._log.warning("invocation failed", code=code, reason=reason)


class _DeferredError(Exception):
    """No further attempt was made."""


class _Dispatch:
    """What the events of one dispatch share: its deadline, what has stopped it, and the codes that it has met."""

    def __init__(self, policy: DispatchPolicy, deadline: Deadline) -> None:
        self._policy = policy
        self._deadline = deadline
        self._stopped = Event()
        self._codes: set[str] = set()
        self.reason = Reason.OUT_OF_TIME  # why events are deferred

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def has_time(self, after: float = 0.0) -> bool:
        """Return whether an attempt may begin so many seconds from now."""
        return self._policy.has_time(self._deadline() - after)

    def stop(self, reason: Reason) -> None:
        """Let no further attempt begin, and end every wait."""
        self.reason = reason
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the dispatch is stopped."""
        self._stopped.wait(seconds)

    def is_new(self, code: str) -> bool:
        """Return whether this is the first time that the dispatch meets a code."""
        is_new = code not in self._codes
        self._codes.add(code)
        return is_new


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, InvocationFailedError) and error.judgement.verdict is Verdict.RETRY


def _attempts(retrying: Retrying) -> int:
    return int(retrying.statistics.get("attempt_number", 1))
