"""The sweeps that a folder knows, for the commands that read them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from domain.errors import DependencyUnavailable, InvalidSweep
from domain.sweep import SweepHead
from entrypoints.containers.local import LocalContainer


def has_sweeps(out: Path) -> bool:
    """Return whether there is a ledger in the folder: asking must not make one."""
    return (out / "ledger.sqlite3").exists()


def opened(out: Path) -> LocalContainer:
    """Return the container for a folder with sweeps; raises `InvalidSweep` for any other folder."""
    if not has_sweeps(out):
        raise InvalidSweep.at("--out", f"there are no sweeps in {out}; make one with: sweep run FILE")
    container: LocalContainer = LocalContainer(folder=out)
    return container


def found(container: LocalContainer, text: str) -> SweepHead:
    """Return the sweep that a person means, which is the latest from now on."""
    head = container.find_sweep()(text)
    # Of a folder that only others may write to, the command still reads.
    with suppress(DependencyUnavailable):
        container.runs().deal_with(head.id)
    return head
