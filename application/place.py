"""A place where sweeps are: a folder of this machine, or a deployed stack. Its callers do not ask which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.find_sweep import FindSweep
from application.ports.kept_functions import KeptFunctions
from application.ports.result_files import ResultFiles
from application.ports.upkeep import Upkeep
from application.submit_once import SubmitOnce
from application.sweeps import Sweeps


def no_log(_: str) -> str | None:
    """Return that there is no log of a sweep's run."""
    return None


def no_paths(_: str) -> Sequence[str]:
    """Return that it is not known where a sweep's target is."""
    return ()


@dataclass(frozen=True, slots=True)
class Place:
    """What a person can do with the sweeps of one place.

    `name` is what messages call it; `words` are what a command line needs to mean it, such as `--out` and a folder. The
    rest is of a folder: by a sweep's id the log of its last run, and the folders in which that looked for the target;
    the functions that no module holds; and what sets results back.
    """

    name: str
    words: tuple[str, ...]
    sweeps: Sweeps
    submit: SubmitOnce
    find: FindSweep
    files: ResultFiles
    log: Callable[[str], str | None] = no_log
    import_paths: Callable[[str], Sequence[str]] = no_paths
    functions: KeptFunctions | None = None
    upkeep: Upkeep | None = None
