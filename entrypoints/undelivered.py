"""The Lambda that records undelivered shards: fed by the queue that is the worker's on-failure destination."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.undelivered import UndeliveredContainer
from entrypoints.lambda_context import deadline_of


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context has no type
    """Mark the shards of one batch failed."""
    return _container().events()(event, deadline_of(context))


@cache
def _container() -> UndeliveredContainer:
    return UndeliveredContainer()
