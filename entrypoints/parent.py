"""The parent Lambda: answers the API, and hands shards over to workers."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.containers import ParentContainer


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context has no type
    """Answer one proxy event."""

    def remaining() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    # A dispatch holds its claim as long as this invocation can last, and no longer.
    lasting = {"hand_over__invoker__remaining": remaining, "hand_over__claim_seconds": remaining()}
    return _container().http_api(**lasting)(event)


@cache
def _container() -> ParentContainer:
    return ParentContainer()
