"""The parent Lambda: answers the API, and dispatches shards to workers."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.parent import ParentContainer
from entrypoints.lambda_context import deadline_of


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context has no type
    """Answer one proxy event."""
    return _container().api()(event, deadline_of(context))


@cache
def _container() -> ParentContainer:
    return ParentContainer()
