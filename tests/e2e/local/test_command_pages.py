"""The pages of the commands and of the designs are true: their command lines run as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.design_pictures.page import PAGE, named_files
from tests.fakes.command_lines import at_home, called, command_lines

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

pytestmark = pytest.mark.one_python


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_line_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in a folder with the README's files; the model fails at some points, which is no mistake of a line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (sweep,) = re.findall(r"^```yaml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    (tmp_path / "sweep.yaml").write_text(sweep, encoding="utf-8")
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    at_home(tmp_path, monkeypatch)
    assert {line: code for line in command_lines(page) if (code := called(line)) not in ALLOWED} == {}


@pytest.mark.parametrize(
    "lines",
    [
        # One of each signature of the page's functions.
        ["sweep run when.yaml", "sweep run replicates.yaml", "sweep run saltelli.yaml", "sweep sensitivity latest"],
        pytest.param(command_lines(PAGE), marks=pytest.mark.long),
    ],
    ids=["some", "all"],
)
def test_the_designs_run(lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of the page of the designs, in a folder with its files: every point has a value or is skipped."""
    for name, text in named_files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    at_home(tmp_path, monkeypatch)
    monkeypatch.setenv("SWEEP_WORKERS", "1")
    assert set(lines) <= set(command_lines(PAGE))
    assert {line: code for line in lines if (code := called(line))} == {}
