"""The README is true: its commands run as they are written, and its links and `make` targets exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]


def block(language: str) -> str:
    """Return the README's only code block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_sweep_of_the_readme_runs_as_it_is_typed(tmp_path: Path) -> None:
    """The README's two files and five commands, in an empty folder, write a table of 45 points."""
    (tmp_path / "model.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "sweep.yaml").write_text(block("yaml"), encoding="utf-8")
    commands = [line.removeprefix("$ ") for line in block("console").splitlines()]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands:
        done = subprocess.run(
            shlex.split(command),
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
    assert len(commands) == 5
    assert len((tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()) == 1 + 45


def test_every_make_target_of_the_readme_exists() -> None:
    """`make help` lists every `make NAME` of the README."""
    offered = subprocess.run(
        ["/usr/bin/env", "make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    named = {
        first or second for first, second in re.findall(r"^make ([a-z-]+)|`make ([a-z0-9-]+)`", README, re.MULTILINE)
    }
    assert {"demo", "test", "setup", "unit", "contract", "layers", "schema"} <= named
    assert [name for name in named if f"make {name}\x20" not in offered] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_target_of_every_link_exists(page: Path) -> None:
    """Every relative link of a page names an existing file or folder."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    """Every path in a `pytest` command of a page exists."""
    named = re.findall(r"pytest (tests/[\w/.]+)", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
