"""The dispatcher Lambda: dispatches the shards of one span of a large sweep."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.dispatcher import DispatcherContainer
from entrypoints.lambda_context import deadline_of


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:  # noqa: ANN401 - Lambda's context has no type
    """Dispatch the span of one asynchronous event."""
    return _container().events()(event, context.aws_request_id, deadline_of(context))


@cache
def _container() -> DispatcherContainer:
    return DispatcherContainer()
