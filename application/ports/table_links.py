"""The table links: by them others store and fetch the chunks of tables of points, without a right of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class TableLinks(Protocol):
    """Knows which chunks of a table are stored, and links to them; raises `DependencyUnavailable`.

    A table is named by the digest of its rows.
    """

    def stored(self, digest: str, after: int | None, limit: int) -> Sequence[int]:
        """Return the numbers of at most `limit` stored chunks, in order, those beyond `after` alone."""
        ...

    def link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return an address that needs no other right to fetch a chunk, valid for so long."""
        ...

    def upload_link(self, digest: str, chunk: int, seconds: int) -> str:
        """Return an address that needs no other right to store a chunk where there is none, valid for so long.

        The request by which a client stores it has the headers `UPLOAD_HEADERS`.
        """
        ...


# A link is signed for both: one for what is stored, the other one so that nothing stored is ever replaced.
UPLOAD_HEADERS = {"Content-Type": "application/gzip", "If-None-Match": "*"}
