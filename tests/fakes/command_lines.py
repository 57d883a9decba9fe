"""Command lines of the pages, which run in this process."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from domain.errors import SweepError
from entrypoints.cli.app import app
from entrypoints.cli.exit_codes import of_error


def command_lines(page: Path) -> list[str]:
    """Return the command lines of a page, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line.removeprefix("$ ") for line in "".join(blocks).splitlines()]


def called(line: str) -> int:
    """Run a command line in this process, and return its exit code."""
    program, *words = shlex.split(line)
    assert program == "sweep"
    try:
        code = app(words, standalone_mode=False)
    except SweepError as error:
        pytest.fail(f"{line}: {error} (exit code {of_error(error)})")
    return int(code or 0)


def at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what follows in a folder, which is also where commands remember what they do and look for modules."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind))
    for variable in ("SWEEP_OUT", "SWEEP_STACK"):
        monkeypatch.delenv(variable, raising=False)
