"""How often the client tries, and how long it waits in between: a value, carried out by tenacity."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable

T = TypeVar("T")


class PassingError(Exception):
    """An attempt failed in a way that may pass; the message says how, `wait` the seconds that the server asks for."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        """Keep how long the server asks to be left alone."""
        self.wait = wait
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Attempts:
    """A policy for calls that can be repeated without another effect. Times are in seconds.

    Before attempt n + 1 the client waits between 0 and `base * 2 ** (n - 1)`, at most `cap`, evenly distributed ("full
    jitter", Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog 2015), or for as long as the server asks
    (Retry-After, RFC 9110, section 10.2.3), at most `longest_wait`.
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 8.0
    longest_wait: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, call: Callable[[], T], deadline: Deadline) -> T:
        """Return what the call returns, repeated while it raises `PassingError`; raises `DependencyUnavailable`.

        No attempt begins after the deadline.
        """

        def gives_up(state: RetryCallState) -> bool:
            return state.attempt_number >= self.attempts or state.upcoming_sleep >= deadline()

        retrying = Retrying(
            retry=retry_if_exception_type(PassingError),
            stop=gives_up,
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(call)
        except PassingError as error:
            tried = retrying.statistics["attempt_number"]
            times = "once" if tried == 1 else f"{tried} times"
            raise DependencyUnavailable(f"{error} (tried {times}); type the command again later") from error

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = min(error.wait, self.longest_wait) if isinstance(error, PassingError) else 0.0
        # The exponent is bounded, as 2.0 ** 1024 is too large for a float.
        longest = min(self.cap, self.base * 2.0 ** min(state.attempt_number - 1, 60))
        return max(asked, random.uniform(0, longest))  # noqa: S311 - jitter is no secret
