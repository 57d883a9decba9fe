"""Tables of points in a directory: the port `PointTables` for one machine."""

from __future__ import annotations

from pathlib import Path

from adapters.local.whole_files import body_of, remove_drafts, translated, written
from application.documents.table_chunks import chunk_name, table_prefix
from application.ports.point_tables import REMEDY
from domain.errors import DependencyUnavailable


class DirectoryTables:
    """One file a chunk below `root`, at the path that contract 6 also gives an object in a bucket."""

    def __init__(self, root: Path) -> None:
        """Use the folder `root`, which the first `put` makes."""
        self._root = root

    def has(self, digest: str, chunks: int) -> bool:
        """Return whether all of so many files of a table are there."""
        with translated("read", self._folder(digest)):
            return all(self._path(digest, number).exists() for number in range(chunks))

    def put(self, digest: str, number: int, body: bytes) -> None:
        """Write a chunk's file whole or not at all, unless it is there with this body."""
        path = self._path(digest, number)
        with translated("store", path):
            if body_of(path) == body:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            # Once a table: a folder of very many chunks takes a moment to list.
            if number == 0:
                remove_drafts(path.parent)
            with written(path, body) as draft:
                draft.replace(path)

    def chunk(self, digest: str, number: int) -> bytes:
        """Return what a chunk's file holds; raises `DependencyUnavailable` if there is none."""
        path = self._path(digest, number)
        with translated("read", path):
            body = body_of(path)
        if body is None:
            raise DependencyUnavailable(f"points of the sweep are missing; {REMEDY} (there is no {path})")
        return body

    def _path(self, digest: str, number: int) -> Path:
        return self._folder(digest) / chunk_name(number)

    def _folder(self, digest: str) -> Path:
        return self._root / table_prefix(digest)
