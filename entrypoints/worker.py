"""The worker Lambda: evaluates one shard."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.worker import WorkerContainer
from entrypoints.lambda_context import deadline_of


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:  # noqa: ANN401 - Lambda's context has no type
    """Execute the shard of one asynchronous event."""
    return _container().events()(event, context.aws_request_id, deadline_of(context))


@cache
def _container() -> WorkerContainer:
    return WorkerContainer()
