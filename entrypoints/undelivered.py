"""The Lambda that records undelivered shards: fed by the queue that is the worker's on-failure destination."""

from __future__ import annotations

from functools import cache
from typing import Any

from entrypoints.containers.undelivered import UndeliveredContainer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Mark the shards of one batch failed."""
    return _container().events()(event)


@cache
def _container() -> UndeliveredContainer:
    return UndeliveredContainer()
