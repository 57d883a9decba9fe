"""Files that are written whole or not at all, also where a process is killed or a machine loses power."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from domain.errors import DependencyUnavailable


@contextmanager
def _locked(draft: Path) -> Iterator[BinaryIO]:
    """Make a draft, and yield it open and locked: `remove_drafts` of another process keeps it."""
    while True:
        with draft.open("xb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # It may have been removed before it was locked.
            if draft.exists():
                yield file
                return


@contextmanager
def written(path: Path, body: bytes) -> Iterator[Path]:
    """Write a draft beside its place and flush it to the disk, yield its path, and leave none behind."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with _locked(draft) as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            yield draft
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(folder: Path) -> None:
    """Remove the drafts that killed processes left in a folder, and keep those that living ones are writing."""
    for draft in folder.glob(".*.tmp"):
        with translated("remove", draft), suppress(FileNotFoundError, BlockingIOError), draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its writer may have found it removed by another process, and made it anew.
            if os.path.samestat(os.fstat(file.fileno()), draft.stat()):
                draft.unlink()


def body_of(path: Path) -> bytes | None:
    """Return what a file holds, or None if there is none; raises `OSError`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Open a folder, so that it can be locked, or flushed to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def translated(doing: str, path: Path) -> Iterator[None]:
    """Translate the errors of the disk; `doing` is a verb, or several, for what was tried."""
    try:
        yield
    except OSError as error:
        raise DependencyUnavailable(f"cannot {doing} {path}: {error.strerror}") from error
