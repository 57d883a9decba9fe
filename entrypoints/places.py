"""The one place that decides where a person's sweeps are: in a folder of this machine, or in a deployed stack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from application.place import Place
from domain.errors import InvalidSweep

DEFAULT_FOLDER = Path("sweep-results")
MOST_WORKERS = 1024


@dataclass(frozen=True, slots=True)
class Where:
    """What a caller says of the place; None where nothing is said."""

    out: Path | None = None
    stack: str | None = None
    region: str | None = None
    profile: str | None = None


class NoSweepsYet(InvalidSweep):
    """The folder has no ledger: asking must not make one."""


def open_place(where: Where, import_paths: Sequence[str] = ()) -> Place:
    """Return the place that is meant, to which a caller may submit; a folder's runs find targets in `import_paths`.

    What is said goes before the environment (`SWEEP_OUT`, `SWEEP_STACK`), that before what `sweep use` remembers, and
    that before the folder `sweep-results`. Raises `InvalidSweep` for a place that is none, or that is said twice.
    """
    return _folder(folder_of(where), import_paths)


def known_place(where: Where) -> Place:
    """Return the place that is meant, which has sweeps; raises `NoSweepsYet` for a folder without."""
    folder = folder_of(where)
    if not (folder / "ledger.sqlite3").exists():
        raise NoSweepsYet.at("--out", f"there are no sweeps in {folder}; make one with: sweep run FILE")
    return open_place(where)


def folder_of(where: Where) -> Path:
    """Return the folder that is meant."""
    return where.out or Path(os.environ.get("SWEEP_OUT") or DEFAULT_FOLDER)


def _workers() -> int:
    """Return how many worker processes a run in the background has; raises `InvalidSweep`."""
    text = os.environ.get("SWEEP_WORKERS", "")
    if not text:
        return os.cpu_count() or 1
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise InvalidSweep.at("SWEEP_WORKERS", f"must be 1 to {MOST_WORKERS}, not {text!r}")
    return int(text)


def _folder(folder: Path, import_paths: Sequence[str]) -> Place:
    from entrypoints.containers.local import LocalContainer  # noqa: PLC0415 - only what the place needs is loaded

    place: Place = LocalContainer(folder=folder, workers=_workers(), import_paths=import_paths).place()
    return place
