"""The one place that decides where a person's sweeps are: in a folder of this machine, or in a deployed stack."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from application.place import Place
from domain.errors import InvalidSweep

DEFAULT_FOLDER = Path("sweep-results")


@dataclass(frozen=True, slots=True)
class Where:
    """What a caller says of the place; None where nothing is said."""

    out: Path | None = None
    stack: str | None = None
    region: str | None = None
    profile: str | None = None


class NoSweepsYet(InvalidSweep):
    """The folder has no ledger: asking must not make one."""


def open_place(where: Where) -> Place:
    """Return the place that is meant, to which a caller may submit.

    What is said goes before the environment (`SWEEP_OUT`, `SWEEP_STACK`), that before what `sweep use` remembers, and
    that before the folder `sweep-results`. Raises `InvalidSweep` for a place that is none, or that is said twice.
    """
    return _folder(folder_of(where))


def known_place(where: Where) -> Place:
    """Return the place that is meant, which has sweeps; raises `NoSweepsYet` for a folder without."""
    folder = folder_of(where)
    if not (folder / "ledger.sqlite3").exists():
        raise NoSweepsYet.at("--out", f"there are no sweeps in {folder}; make one with: sweep run FILE")
    return open_place(where)


def folder_of(where: Where) -> Path:
    """Return the folder that is meant."""
    return where.out or Path(os.environ.get("SWEEP_OUT") or DEFAULT_FOLDER)


def _folder(folder: Path) -> Place:
    from entrypoints.containers.local import LocalContainer  # noqa: PLC0415 - only what the place needs is loaded

    place: Place = LocalContainer(folder=folder).place()
    return place
