"""The result objects of one sweep that are on this machine already."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adapters.remote.object_download import RESULTS, Kept, Wording, tag_of
from application.documents.result_keys import object_name
from domain.errors import DependencyUnavailable

# In seconds.
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class KeptObjects:
    """Files of one folder, each whole; those that a retry may change lie in a folder of their own below it.

    Methods raise `OSError`.
    """

    folder: Path
    wording: Wording = RESULTS

    def final(self, shard: int) -> Path | None:
        """Return the file of a shard whose object never changes, if it is here."""
        path = self._path(Kept.FINAL, shard)
        return path if path.exists() else None

    def known_tag(self, shard: int) -> str | None:
        """Return the entity tag of a shard's object that is here and may have changed since; None if there is none."""
        with suppress(FileNotFoundError), self._path(Kept.MAY_CHANGE, shard).open("rb") as file:
            return tag_of(file)
        return None

    @contextmanager
    def draft(self, shard: int) -> Iterator[BinaryIO]:
        """Yield an open file for a shard's object, which is removed at the end unless `keep` has moved it."""
        path = self.folder / f".{object_name(shard)}.{secrets.token_hex(8)}.tmp"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("xb") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    def remove_old_drafts(self) -> None:
        """Remove what processes left that were killed; a younger draft may be another process's work."""
        for path in self.folder.glob(".*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _DAY:
                    path.unlink()

    def keep(self, shard: int, draft: BinaryIO, kept: Kept) -> Path:
        """Move a whole draft to its lasting place, unless the object that is here is unchanged; return its path."""
        if kept is Kept.UNCHANGED:
            return self._path(Kept.MAY_CHANGE, shard)
        path = self._path(kept, shard)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        Path(draft.name).replace(path)
        if kept is Kept.FINAL:
            self._path(Kept.MAY_CHANGE, shard).unlink(missing_ok=True)
        return path

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Translate the errors of the disk, such as one that is full, into `DependencyUnavailable`."""
        try:
            yield
        except OSError as error:
            raise DependencyUnavailable(
                f"cannot keep {self.wording.several} in {self.folder}: {error.strerror}; what is there stays, and the "
                "same command goes on with it"
            ) from error

    def _path(self, kept: Kept, shard: int) -> Path:
        folder = self.folder if kept is Kept.FINAL else self.folder / "may-change"
        return folder / object_name(shard)
