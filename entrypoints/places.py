"""The one place that decides where a person's sweeps are: in a folder of this machine, or in a deployed stack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidSweep, PlaceUnusable
from entrypoints.remembered_place import RememberedStack, remembered

if TYPE_CHECKING:
    from application.place import Place
    from entrypoints.containers.remote import RemoteContainer

DEFAULT_FOLDER = Path("sweep-results")
MOST_WORKERS = 1024
# What `make stack-up` writes for each of its stacks, somewhere above the current folder.
_STACKS, _CONFIG = ".stacks", "aws-config"


@dataclass(frozen=True, slots=True)
class Where:
    """What a caller says of the place; None where nothing is said."""

    out: Path | None = None
    stack: str | None = None
    region: str | None = None
    profile: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What a command line needs to say the same of a stack."""
        said = (("--stack", self.stack), ("--region", self.region), ("--profile", self.profile))
        return tuple(word for option, text in said if text for word in (option, text))


class NoSweepsYet(InvalidSweep):
    """The folder has no ledger: asking must not make one."""


def open_place(where: Where, import_paths: Sequence[str] = ()) -> Place:
    """Return the place that is meant, to which a caller may submit; a folder's runs find targets in `import_paths`.

    What is said goes before the environment (`SWEEP_OUT`, `SWEEP_STACK`), that before what `sweep use` remembers, and
    that before the folder `sweep-results`. Raises `InvalidSweep` for a place that is none, or that is said twice, and
    `PlaceUnusable` for a stack that cannot be used.
    """
    return _place(meant_by(where), where, import_paths)


def known_place(where: Where) -> Place:
    """Return the place that is meant, which has sweeps; raises `NoSweepsYet` for a folder without."""
    meant = meant_by(where)
    if isinstance(meant, Path) and not (meant / "ledger.sqlite3").exists():
        raise NoSweepsYet.at("--out", f"there are no sweeps in {meant}; make one with: sweep run FILE")
    return _place(meant, where)


def folder_of(where: Where) -> Path:
    """Return the folder in which a sweep is run on this machine."""
    return where.out or Path(os.environ.get("SWEEP_OUT") or DEFAULT_FOLDER)


def meant_by(where: Where) -> Path | RememberedStack:
    """Return the folder or the stack that is meant; raises `InvalidSweep`."""
    if where.out and where.stack:
        raise InvalidSweep.at("--stack", "cannot stand beside --out: sweeps are in a folder or in a stack; say one")
    meant = _said(where.out, where.stack) or _of_environment() or remembered() or DEFAULT_FOLDER
    for option, text in (("--region", where.region), ("--profile", where.profile)):
        if text and isinstance(meant, Path):
            raise InvalidSweep.at(option, f"is of a stack, and the sweeps are in {meant}; say which with --stack")
    return meant if isinstance(meant, Path) else _reached(meant, where)


def stack_container(stack: RememberedStack, words: tuple[str, ...] = ()) -> RemoteContainer:
    """Return what reaches a deployed stack, which a command line means by these words; raises `PlaceUnusable`."""
    from adapters.remote.account import Account  # noqa: PLC0415 - only what the place needs is loaded
    from entrypoints.containers.remote import RemoteContainer  # noqa: PLC0415 - likewise

    config = Path(stack.config) if stack.config else None
    if config and not config.exists():
        raise PlaceUnusable(
            f"the stack {stack.stack} of this machine is gone: there is no {config}; start it with make stack-up, or "
            "choose another place with: sweep use NAME, or sweep use --local"
        )
    return RemoteContainer(account=Account(stack.region, stack.profile, config), name=stack.stack, words=words)


def _said(out: Path | str | None, stack: str | None) -> Path | RememberedStack | None:
    return RememberedStack(stack) if stack else Path(out) if out else None


def _of_environment() -> Path | RememberedStack | None:
    out, stack = os.environ.get("SWEEP_OUT"), os.environ.get("SWEEP_STACK")
    if out and stack:
        raise InvalidSweep.at("SWEEP_STACK", "cannot be set beside SWEEP_OUT; unset one, or say --out or --stack")
    return _said(out, stack)


def _reached(stack: RememberedStack, where: Where) -> RememberedStack:
    """Return the stack with what is typed of it; a stack of this machine is described by a file."""
    if where.profile:
        return RememberedStack(stack.stack, where.region or stack.region, where.profile)
    found = stack if stack.region or stack.profile or stack.config else _of_this_machine(stack)
    return replace(found, region=where.region or found.region)


def _of_this_machine(stack: RememberedStack) -> RememberedStack:
    config = _config_of(stack.stack)
    return RememberedStack(stack.stack, profile=stack.stack, config=str(config)) if config else stack


def _config_of(name: str) -> Path | None:
    """Return what `make stack-up` wrote for a stack of this name in the current folder or in one above it."""
    here = Path.cwd()
    return next(
        (path for folder in (here, *here.parents) if (path := folder / _STACKS / name / _CONFIG).is_file()), None
    )


def _workers() -> int:
    """Return how many worker processes a run in the background has; raises `InvalidSweep`."""
    text = os.environ.get("SWEEP_WORKERS", "")
    if not text:
        return os.cpu_count() or 1
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise InvalidSweep.at("SWEEP_WORKERS", f"must be 1 to {MOST_WORKERS}, not {text!r}")
    return int(text)


def _place(meant: Path | RememberedStack, where: Where, import_paths: Sequence[str] = ()) -> Place:
    place: Place
    if isinstance(meant, Path):
        from entrypoints.containers.local import LocalContainer  # noqa: PLC0415 - only what the place needs is loaded

        place = LocalContainer(folder=meant, workers=_workers(), import_paths=import_paths).place()
    else:
        place = stack_container(meant, where.words).place()
    return place
