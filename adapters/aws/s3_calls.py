"""Calls of S3: what the result store needs of a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from application.ports.result_store import StoredObject

# In seconds: to connect, and without a byte.
CONNECT, SILENCE = 2, 20
# The same of a function for whose answer the gateway waits: three attempts take less time than it has.
BRIEF_SILENCE, BRIEF_ATTEMPTS = 5, 3
# No Content-Encoding: clients would unpack the object, and not receive the bytes that are stored.
CONTENT_TYPE = "application/gzip"


class S3Calls(Protocol):
    """Reads and writes objects of one account's S3, one attempt a call.

    Each raises `RefusedError`, `UnansweredError` or `UnusableError`.
    """

    def put(self, bucket: str, key: str, body: bytes, condition: Mapping[str, str]) -> None:
        """Store an object with its SHA-256 checksum, if a condition holds: `If-Match` or `If-None-Match`."""
        ...

    def get(self, bucket: str, key: str) -> StoredObject:
        """Return an object with its entity tag, after comparing it with its checksum."""
        ...

    def keys(self, bucket: str, prefix: str, after: str, limit: int) -> Sequence[str]:
        """Return at most `limit` (1 to 1,000) keys below a prefix, in the order of their bytes, beyond `after` alone.

        The characters of all three are those that need no escape in an address.
        """
        ...
