"""Tells one version of the targets' code from another, so that a stack does not mix the values of both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from infra.sources import ROOT, import_path
from infra.wheels import JUNK

# The template's parameter that has the digest.
PARAMETER = "TargetsDigest"
_DIGITS = 20


def targets_digest(folders: Iterable[str]) -> str:
    """Return a digest of the files that a bundle copies from target folders, and of the packages that they ask for.

    A folder that is not there has no files: the build refuses it.
    """
    digest = hashlib.sha256()
    for folder in folders:
        # Another clone, or another machine, may have the same folder elsewhere.
        digest.update(f"{import_path(ROOT / folder).as_posix()}\n".encode())
        for name, path in sorted(_files(ROOT / folder)):
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:_DIGITS]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and not any(fnmatch(part, junk) for part in name.parts for junk in JUNK):
            yield name.as_posix(), path
