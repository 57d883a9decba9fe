"""What a check-up asks of this machine: its Python, the libraries of the extras, the folder of the results."""

from __future__ import annotations

import fcntl
import importlib.util
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from application.check_up import Finding, Verdict

_OLDEST = (3, 11)
_SYSTEMS = {"Linux", "Darwin"}
# The libraries of each extra by the name under which they are imported.
_EXTRAS = {"cli": ("cloudpickle", "duckdb", "platformdirs", "rich", "yaml"), "frames": ("pandas", "polars", "xarray")}
# In bytes: the results of a million points take about so much.
_LITTLE = 100_000_000
_GIGABYTE = 1e9


def check_python() -> Iterator[Finding]:
    """Yield whether this Python and this system can run sweeps."""
    python, system = platform.python_version(), platform.system()
    says = f"serverless-sweep {version('serverless-sweep')}, Python {python}, {system} {platform.machine()}"
    fits = sys.version_info >= _OLDEST and system in _SYSTEMS
    remedy = "" if fits else "use Python 3.11 or later, on Linux or macOS"
    yield Finding("environment", Verdict.OK if fits else Verdict.FAILED, says, remedy)


def check_extras() -> Iterator[Finding]:
    """Yield for each extra whether its libraries are installed; without `frames` only frames are missing."""
    for extra, modules in _EXTRAS.items():
        lacking = [module for module in modules if importlib.util.find_spec(module) is None]
        verdict = Verdict.OK if not lacking else Verdict.UNKNOWN if extra == "frames" else Verdict.FAILED
        says = f"{', '.join(lacking)} not installed" if lacking else "installed"
        yield Finding(f"extra {extra}", verdict, says, f'pip install "serverless-sweep[{extra}]"' if lacking else "")


def check_folder(folder: Path) -> Iterator[Finding]:
    """Yield whether results can be written to the folder, and whether its file system has locks and space."""
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        says = f"{folder} cannot be written to or locked: {error.strerror}"
        yield Finding("folder", Verdict.FAILED, says, "choose another folder with --out")
        return
    yield Finding("folder", Verdict.OK, f"{folder} can be written to and locked")
    free = shutil.disk_usage(existing).free
    enough = free >= _LITTLE
    remedy = "" if enough else "make room, or choose another folder with --out"
    yield Finding("disk", Verdict.OK if enough else Verdict.FAILED, f"{free / _GIGABYTE:,.1f} GB free", remedy)
