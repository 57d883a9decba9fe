"""What a handler reads from Lambda's context."""

from __future__ import annotations

from typing import Any

from domain.dispatch_policy import Deadline

_MILLISECONDS = 1000


def deadline_of(context: Any) -> Deadline:  # noqa: ANN401 - Lambda's context has no type
    """Return how long the invocation of this context may still last."""

    def deadline() -> float:
        return float(context.get_remaining_time_in_millis()) / _MILLISECONDS

    return deadline
