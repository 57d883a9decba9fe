"""Results in a directory: the port `ResultStore` for one machine."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from adapters.local.whole_files import body_of, opened, remove_drafts, translated, written
from application.documents.result_keys import object_name, results_prefix, shard_of
from application.on_done import OnDone
from application.ports.result_store import StoredObject
from domain.dispatch_policy import Deadline

# The errors of a file system that has no hard links (FAT, some network shares).
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


class DirectoryResultStore:
    """One file a shard below `root`, at the path that contract 4 also gives an object in a bucket."""

    def __init__(self, root: Path) -> None:
        """Use the folder `root`, which the first `put` makes."""
        self._root = root

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Write a shard's file whole or not at all, and return whether it was written: an earlier file stays as it is.

        The draft is written beside its place, flushed to the disk, and then renamed.
        """
        path = self._path(sweep_id, shard)
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with written(path, body) as draft:
                return _name(draft, path)

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Write a shard's file in place of this version, whole or not at all, and return whether it was written.

        Of many processes that replace one version, one does. Whenever this is interrupted, the file is one of the two.
        """
        path = self._path(sweep_id, shard)
        with _translated(path):
            # Look first: there may be no folder for a draft.
            if _version(path) != version:
                return False
            with written(path, body) as draft:
                return _rename(draft, path, version)

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return what a shard's file holds, with its SHA-256 as the version, or None if there is none."""
        path = self._path(sweep_id, shard)
        with _translated(path):
            body = body_of(path)
        return None if body is None else StoredObject(body, _digest(body))

    def location(self, sweep_id: str) -> str:
        """Return the folder with the sweep's results."""
        return str(self._root / results_prefix(sweep_id))

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:  # noqa: ARG002 - a file stays where it is
        """Return the `file://` URI of a shard's file; it stays valid however many seconds are asked for."""
        return self._path(sweep_id, shard).resolve().as_uri()

    def paths(self, sweep_id: str) -> list[Path]:
        """Return the paths of the sweep's result files, in the order of the shards."""
        return result_files(Path(self.location(sweep_id)))

    def fetch(self, sweep_id: str, on_fetched: OnDone, _: Deadline) -> Sequence[str]:
        """Return the paths of the sweep's result files, in the order of the shards: all of them are here already."""
        found = [str(path) for path in self.paths(sweep_id)]
        on_fetched(len(found), len(found))
        return found

    def remove(self, sweep_id: str, shard: int, version: str | None) -> bool:
        """Remove a shard's file of this version, and return whether there is none now; any other version stays."""
        path = self._path(sweep_id, shard)
        with _translated(path):
            if path.parent.is_dir() and version is not None:
                with opened(path.parent) as folder:
                    # No other process may rename between the check and the removal.
                    fcntl.flock(folder, fcntl.LOCK_EX)
                    if _version(path) == version:
                        path.unlink()
                        os.fsync(folder)
            return not path.exists()

    def remove_drafts(self, sweep_id: str) -> None:
        """Remove the drafts that killed workers left, and keep those that living workers are writing."""
        remove_drafts(Path(self.location(sweep_id)))

    def _path(self, sweep_id: str, shard: int) -> Path:
        return Path(self.location(sweep_id)) / object_name(shard)


def result_files(folder: Path) -> list[Path]:
    """Return the result objects in a folder, in the order of the shards; copies of a bucket's have the same names."""
    there = folder.iterdir() if folder.is_dir() else ()
    found = {shard: path for path in there if (shard := shard_of(path.name)) is not None}
    return [found[shard] for shard in sorted(found)]


def _name(draft: Path, path: Path) -> bool:
    """Put the draft at its lasting path, flush the folder to the disk, and return whether the path was free."""
    try:
        # Link, because a rename would replace an earlier result.
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _rename(draft, path, None)
    with opened(path.parent) as folder:
        os.fsync(folder)
    return True


def _rename(draft: Path, path: Path, version: str | None) -> bool:
    """Rename the draft to its lasting path, flush the folder, and return whether the path had this version before.

    The version None is that of a free path.
    """
    with opened(path.parent) as folder:
        # No other process may rename between the check and the rename.
        fcntl.flock(folder, fcntl.LOCK_EX)
        if _version(path) != version:
            return False
        draft.rename(path)
        os.fsync(folder)
        return True


def _version(path: Path) -> str | None:
    body = body_of(path)
    return None if body is None else _digest(body)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _translated(path: Path) -> AbstractContextManager[None]:
    return translated("store or read results at", path)
