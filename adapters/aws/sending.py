"""What the events of one dispatch share: the time that is left, what has stopped it, when a failure is tried again."""

from __future__ import annotations

import random
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from adapters.machine.json_log import JsonLog
from domain.dispatch_policy import Deadline, DispatchPolicy
from domain.reasons import Reason

if TYPE_CHECKING:
    from tenacity import RetryCallState, Retrying


class Sending:
    """One dispatch, until its deadline, by one policy."""

    def __init__(self, policy: DispatchPolicy, deadline: Deadline, log: JsonLog) -> None:
        """Begin."""
        self._policy = policy
        self._deadline = deadline
        self._log = log
        self._stopped = Event()
        self._codes: set[str] = set()
        self.reason = Reason.OUT_OF_TIME  # why events are deferred

    @property
    def may_begin(self) -> bool:
        """Whether an attempt may begin now."""
        return not self._stopped.is_set() and self._policy.has_time(self._deadline())

    def stop(self, reason: Reason) -> None:
        """Let no further attempt begin, and end every wait."""
        self.reason = reason
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the dispatch is stopped."""
        self._stopped.wait(seconds)

    def log_once(self, code: str, reason: Reason) -> None:
        """Log the platform's own code once a dispatch: ten thousand events may fail with the same one."""
        if code not in self._codes:
            self._codes.add(code)
            self._log.warning("invocation failed", code=code, reason=reason)

    def may_repeat(self, attempts: int) -> bool:
        """Return whether the policy allows another attempt after so many."""
        return attempts < self._policy.attempts

    def pause_after(self, attempts: int) -> float | None:
        """Return the seconds before another attempt after so many, by tenacity; None if there is none."""
        from tenacity import RetryCallState  # noqa: PLC0415 - loaded only after a failure

        state = RetryCallState(self._retrying, None, (), {})
        state.attempt_number = attempts
        seconds = state.upcoming_sleep = self.pause(state)
        return None if self.gives_up(state) else seconds

    @cached_property
    def _retrying(self) -> Retrying:
        from tenacity import Retrying  # noqa: PLC0415 - likewise

        return Retrying(stop=self.gives_up, wait=self.pause)

    def gives_up(self, state: RetryCallState) -> bool:
        """Return whether an event has had all its attempts, or has no time for the next: tenacity's `stop`."""
        late = not self._policy.has_time(self._deadline() - state.upcoming_sleep)
        return state.attempt_number >= self._policy.attempts or late

    def pause(self, state: RetryCallState) -> float:
        """Return the seconds before the next attempt: tenacity's `wait`."""
        return random.uniform(0, self._policy.longest_wait(state.attempt_number))  # noqa: S311 - jitter is no secret
