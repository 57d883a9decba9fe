"""Calls of DynamoDB: what the ledger's table needs of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

# In seconds. DynamoDB answers within milliseconds: what takes longer than this is lost, and better asked again.
CONNECT, READ = 1.0, 1.5


class DynamoDbCalls(Protocol):
    """Calls operations of one account's DynamoDB, from several threads at once."""

    def call(self, operation: str, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to one attempt, as the service's reference has it, with binary values as bytes.

        Raises `RefusedError`, `UnansweredError` also if there is none in so many seconds, or `UnusableError`.
        """
        ...
