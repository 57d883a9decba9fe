"""The guide is true: its files and commands, in an empty folder, write the table that it shows."""

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
# A file's name alone on a line, then its content; or commands for a terminal.
BLOCK = re.compile(
    r"^(?:`(?P<name>[\w./-]+)`[^\n]*\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


@pytest.fixture
def stack() -> Iterator[str]:
    """Yield a name for the guide's stack, and stop the stack after the test."""
    name = new_name()
    yield name
    take_down(name)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return the folder of step 1, with a link to this checkout as the clone and with the guide's files."""
    (tmp_path / "serverless-sweep").symlink_to(ROOT)
    (tmp_path / "pendulum").mkdir()
    for block in BLOCK.finditer(GUIDE):
        if block["name"]:
            (tmp_path / block["name"]).write_text(block["text"], encoding="utf-8")
    return tmp_path


def commands() -> list[str]:
    """Return the guide's commands in order."""
    blocks = [block["text"] for block in BLOCK.finditer(GUIDE) if block["kind"] == "console"]
    return [line.removeprefix("$ ") for line in "".join(blocks).splitlines()]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_guides_commands_lead_to_its_table(study: Path, stack: str) -> None:
    """The local and the deployed sweep write the same 68 points, which agree with the elliptic integral."""
    script = "\n".join(["set -euo pipefail", *commands()])
    script = script.replace("STACK=study", f"STACK={stack}").replace("use study", f"use {stack}")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "AWS_", "COV_"))}
    # What the commands remember belongs to this test.
    inherited |= {f"XDG_{kind}_HOME": str(study / kind) for kind in ("CONFIG", "STATE", "CACHE")}
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
    """Return the rows of a CSV table of numbers."""
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(text.splitlines())]
