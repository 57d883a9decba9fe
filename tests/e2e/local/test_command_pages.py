"""The pages of the commands are true: their command lines run as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from domain.errors import SweepError
from entrypoints.cli.app import app
from entrypoints.cli.exit_codes import of_error

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "commands").glob("*.md"))
MODEL = """
def simulate(angle, speed, gravity):
    if speed == 40:
        raise ValueError("too fast")
    return {"range": speed**2 * angle / gravity}
"""
# A page may show a command whose exit code says that points have no value: the model fails at some.
ALLOWED = {0, 1}


def lines(page: Path) -> list[str]:
    """Return the command lines of a page, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line.removeprefix("$ ") for line in "".join(blocks).splitlines()]


def call(line: str) -> int:
    """Run a command line in this process, and return its exit code."""
    program, *words = shlex.split(line)
    assert program == "sweep"
    try:
        code = app(words, standalone_mode=False)
    except SweepError as error:
        pytest.fail(f"{line}: {error} (exit code {of_error(error)})")
    return int(code or 0)


@pytest.mark.one_python
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_line_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in a folder with the README's files; the model fails at some points, which is no mistake of a line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (sweep,) = re.findall(r"^```yaml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    (tmp_path / "sweep.yaml").write_text(sweep, encoding="utf-8")
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    for variable in ("SWEEP_OUT", "SWEEP_STACK"):
        monkeypatch.delenv(variable, raising=False)
    assert {line: code for line in lines(page) if (code := call(line)) not in ALLOWED} == {}
