"""The chunks of a table in a temporary file, from the reading of its points until they are stored or not needed."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import DependencyUnavailable


class Spool:
    """A port `PointTables` with one table, which ends with the object."""

    def __init__(self) -> None:
        """Begin an empty file."""
        with _translated():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lasts as long as the object
        weakref.finalize(self, self._file.close)
        self._ends = [0]

    def has(self, digest: str, chunks: int) -> bool:  # noqa: ARG002 - there is one table alone
        """Return whether there are so many chunks."""
        return len(self._ends) > chunks

    def put(self, digest: str, number: int, body: bytes) -> None:  # noqa: ARG002 - likewise
        """Store the next chunk; raises `DependencyUnavailable`."""
        if number != len(self._ends) - 1:
            raise ValueError("chunks are put in their order")
        with _translated():
            self._file.seek(self._ends[-1])
            self._file.write(body)
        self._ends.append(self._ends[-1] + len(body))

    def chunk(self, digest: str, number: int) -> bytes:  # noqa: ARG002 - likewise
        """Return a chunk that is there; raises `DependencyUnavailable`."""
        start, stop = self._ends[number : number + 2]
        with _translated():
            self._file.seek(start)
            return self._file.read(stop - start)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot keep points in {tempfile.gettempdir()}: {error.strerror}; TMPDIR names another folder"
        raise DependencyUnavailable(message) from error
