"""The point tables: the rows of designs that come from a file, stored once by their content."""

from __future__ import annotations

from typing import Protocol

# What mends a table of which something is missing or damaged.
REMEDY = "run or submit the sweep again from its file: that writes the table anew"


class PointTables(Protocol):
    """Holds tables by the digest of their rows, each as chunks that are numbered from 0 (contract 6).

    A chunk of one digest and number always has the same rows. All methods raise
    `DependencyUnavailable` where the storage does not answer, with its place.
    """

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether all of the table's chunks are there, which are so many."""
        ...

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Store a chunk whole or not at all; a second time changes nothing, but may mend a chunk that is damaged."""
        ...

    def chunk(self, digest: str, number: int) -> bytes:
        """Return a chunk; raises `DependencyUnavailable` for one that is not there too."""
        ...
