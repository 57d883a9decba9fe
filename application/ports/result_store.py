"""The result store: one object a shard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it is stored; `version` tells it from what replaces it."""

    body: bytes
    version: str


class ResultLocation(Protocol):
    """Knows where the results of a sweep are, and lets others fetch them."""

    def location(self, sweep_id: str) -> str:
        """Return where the objects of a sweep are: a folder, or an `s3://` prefix."""
        ...

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return an address that needs no other right to fetch the object, valid for so long if that can be limited."""
        ...


class ResultStore(ResultLocation, Protocol):
    """Holds one result object a shard: gzip-compressed JSON lines, contract 4."""

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object whole or not at all. False if there was one already, which then stays as it is."""
        ...

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Store an object in place of this version, whole or not at all. False if another one is there, or none."""
        ...

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return a stored object, or None if there is none."""
        ...
