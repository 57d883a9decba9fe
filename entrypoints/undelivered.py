"""The Lambda that records undelivered events: its queue is the on-failure destination of workers and dispatchers."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.undelivered import UndeliveredContainer
from entrypoints.lambda_context import deadline_of


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context has no type
    """Record the shards and the spans of one batch."""
    return _container().events()(event, deadline_of(context))


@cache
def _container() -> UndeliveredContainer:
    return UndeliveredContainer()
