"""The parent Lambda: answers the API, and dispatches shards to workers."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.parent import ParentContainer


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context has no type
    """Answer one proxy event."""

    def deadline() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    return _container().api()(event, deadline)


@cache
def _container() -> ParentContainer:
    return ParentContainer()
