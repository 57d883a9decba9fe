"""The README is true: its commands run as they are written, and its links and `make` targets exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]


def blocks(language: str) -> list[str]:
    """Return the README's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def named_files() -> dict[str, str]:
    """Return the files that the README shows, each below its name."""
    return dict(re.findall(r"^`([\w.]+)`\n\n```\w+\n(.*?)^```", README, re.DOTALL | re.MULTILINE))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the README's files, the current one, from which modules are imported first."""
    for name, text in named_files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_sweeps_of_the_readme_run_as_they_are_typed(folder: Path) -> None:
    """The README's commands run in a folder with its two files; a grid's table has 45 points each time."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for lines in blocks("console"):
        (folder / "table.csv").unlink(missing_ok=True)
        script = "\n".join(["set -euo pipefail", *(line.removeprefix("$ ") for line in lines.splitlines())])
        command = ["/usr/bin/env", "bash", "-c", script]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        if "table.csv" in lines:
            assert len((folder / "table.csv").read_text(encoding="utf-8").splitlines()) == 1 + 45
        else:
            assert "speed" in done.stdout, "an index of each parameter"
    assert len(blocks("console")) == 3


def test_the_python_of_the_readme_makes_a_frame(folder: Path) -> None:
    """The README's three lines of Python have a row for each point."""
    names: dict[str, object] = {}
    exec(blocks("python")[1] + blocks("python")[0], names)  # noqa: S102 - what the README shows
    frame: Any = names["frame"]
    assert len(frame) == 45
    assert list(frame.columns) == ["index", "angle", "speed", "value.range"]


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
