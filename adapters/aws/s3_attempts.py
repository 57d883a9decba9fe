"""Which failures of a call of S3 may pass, how often it is made again, and what is left of them for a use case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from adapters.aws.failures import RefusedError, UnansweredError, UnusableError
from adapters.aws.retries import attempted
from domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from tenacity import Retrying

T = TypeVar("T")

TAKEN = {"PreconditionFailed", "412"}
MISSING = {"NoSuchKey", "404"}
# Of two conditional writes at once S3 refuses one with a conflict, which asks for another attempt; the others pass.
_PASSING = {"ConditionalRequestConflict", "409", "RequestTimeout", "RequestTimeoutException", "SlowDown"}
_FIRST_SERVER_ERROR = 500
ATTEMPTS = 5


class S3Attempts:
    """Makes calls, each at most so many times."""

    def __init__(self, sleep: Callable[[float], None], attempts: int = ATTEMPTS) -> None:
        """Let `sleep` wait so many seconds between attempts."""
        self._sleep = sleep
        self._attempts = attempts

    def __call__(self, call: Callable[[], T]) -> T:
        """Return what a call returns, made again while it fails by what may pass; raises its last failure."""
        return attempted(call, _may_pass, self._retrying)

    def _retrying(self) -> Retrying:
        from tenacity import (  # noqa: PLC0415 - see `retries`
            Retrying,
            retry_if_exception,
            stop_after_attempt,
            wait_random_exponential,
        )

        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(self._attempts),
            wait=wait_random_exponential(multiplier=0.5, max=8),
            sleep=self._sleep,
            reraise=True,
        )


@contextmanager
def translated(store: str = "the result store") -> Iterator[None]:
    """Raise `DependencyUnavailable`, which names the store, for what a call raises."""
    try:
        yield
    except RefusedError as error:
        raise DependencyUnavailable(f"{store} answers {error.code}") from error
    except (UnansweredError, UnusableError) as error:
        raise DependencyUnavailable(f"{store} does not answer: {error.cause}") from error


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, RefusedError):
        return error.code in _PASSING or error.status >= _FIRST_SERVER_ERROR
    return isinstance(error, UnansweredError)
