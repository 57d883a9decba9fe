"""Tables of points in a bucket: the port `PointTables` on AWS."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from adapters.aws.failures import RefusedError
from adapters.aws.s3_attempts import ATTEMPTS, MISSING, TAKEN, S3Attempts, translated
from adapters.aws.s3_calls import S3Calls
from application.documents.table_chunks import chunk_name, table_prefix
from application.ports.point_tables import REMEDY
from domain.errors import DependencyUnavailable

# What S3 lists by one call ("ListObjectsV2", Amazon S3 API reference).
_LARGEST_LIST = 1000
STORE = "the store of tables"
_CHUNK = re.compile(r"(\d{6})\.jsonl\.gz")


class S3PointTables:
    """One object a chunk, written by one PUT and never replaced."""

    def __init__(
        self,
        calls: S3Calls,
        bucket: str,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Use a bucket through these calls, so many of them at most; `sleep` waits so many seconds in between."""
        self._calls = calls
        self._bucket = bucket
        self._attempts = S3Attempts(sleep, attempts)

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether a table is there, by one call, which sees its last 1,000 chunks.

        A client uploads the last chunk once all others are stored, so that with it the table is whole.
        """
        first = max(0, chunks - _LARGEST_LIST)
        stored = self.stored(digest, first - 1 if first else None, _LARGEST_LIST)
        return set(range(first, chunks)) <= set(stored)

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Store a chunk, unless it is there."""
        key = key_of(digest, number)
        with translated(STORE):
            try:
                self._attempts(lambda: self._calls.put(self._bucket, key, body, {"If-None-Match": "*"}))
            except RefusedError as error:
                if error.code not in TAKEN:
                    raise

    def chunk(self, digest: str, number: int) -> bytes:
        """Return a chunk."""
        key = key_of(digest, number)
        with translated(STORE):
            try:
                return self._attempts(lambda: self._calls.get(self._bucket, key)).body
            except RefusedError as error:
                if error.code in MISSING:
                    absent = f"{STORE} has no chunk {number} of the table {digest}; {REMEDY}"
                    raise DependencyUnavailable(absent) from error
                raise

    def stored(self, digest: str, after: int | None, limit: int) -> Sequence[int]:
        """Return the numbers of a table's chunks beyond `after`, in order; what has another name is passed over."""
        prefix = f"{table_prefix(digest)}/"
        last = "" if after is None else key_of(digest, after)
        with translated(STORE):
            keys = self._attempts(lambda: self._calls.keys(self._bucket, prefix, last, limit))
        names = (_CHUNK.fullmatch(key.removeprefix(prefix)) for key in keys)
        return [int(name[1]) for name in names if name]


def key_of(digest: str, number: int) -> str:
    """Return the key of a chunk's object."""
    return f"{table_prefix(digest)}/{chunk_name(number)}"
