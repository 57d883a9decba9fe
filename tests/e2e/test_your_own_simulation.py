"""The guide keeps its word: its files and its commands, as they stand, in an empty folder, end with the same table."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy.special import ellipk

from tests.e2e.deployed.stacks import new_name, take_down

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "your-own-simulation.md").read_text(encoding="utf-8")
# A file's name alone on a line, then its content; or what is typed in a terminal.
BLOCK = re.compile(
    r"^(?:`(?P<name>[\w./-]+)`[^\n]*\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


@pytest.fixture
def stack() -> Iterator[str]:
    """Yield a name for the guide's stack, and stop it whatever happens."""
    name = new_name()
    yield name
    take_down(name)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return the folder of step 1, with this very checkout as the clone, and the guide's files in it."""
    (tmp_path / "serverless-sweep").symlink_to(ROOT)
    (tmp_path / "pendulum").mkdir()
    for block in BLOCK.finditer(GUIDE):
        if block["name"]:
            (tmp_path / block["name"]).write_text(block["text"], encoding="utf-8")
    return tmp_path


def commands() -> list[str]:
    """Return what the guide has one type, in order."""
    typed = [block["text"] for block in BLOCK.finditer(GUIDE) if block["kind"] == "console"]
    return [line.removeprefix("$ ") for line in "".join(typed).splitlines()]


@pytest.mark.timeout(600)
def test_the_guide_followed_word_for_word(study: Path, stack: str) -> None:
    """On the laptop and deployed: 68 points, the same bytes, and physics that the elliptic integral confirms."""
    script = "\n".join(["set -euo pipefail", *commands()]).replace("STACK=study", f"STACK={stack}")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "AWS_", "COV_"))}
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-c", script], cwd=study, env=inherited, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same\n" in done.stdout
    rows = table((study / "deployed.csv").read_text(encoding="utf-8"))
    assert len(rows) == 17 * 2 * 2
    (right_angle,) = [row for row in rows if (row["amplitude"], row["length"], row["damping"]) == (90, 1, 0)]
    assert right_angle["value.ratio"] == pytest.approx(ellipk(0.5) / ellipk(0), rel=1e-9)
    shown = table(next(block["text"] for block in BLOCK.finditer(GUIDE) if block["text"].startswith("index,")))
    assert len(shown) == 3
    assert shown == [pytest.approx(row, rel=1e-9) for row in rows[:3]]


def table(text: str) -> list[dict[str, float]]:
    """Read a table of numbers."""
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(text.splitlines())]
