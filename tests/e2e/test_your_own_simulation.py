"""The guide is true: its files and commands, in an empty folder, write the table that it shows."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy.special import ellipk

from domain.progress import State
from tests.e2e.deployed.stacks import new_name, take_down

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "your-own-simulation.md").read_text(encoding="utf-8")
# A file's name alone on a line, then its content; or commands for a terminal.
BLOCK = re.compile(
    r"^(?:`(?P<name>[\w./-]+)`[^\n]*\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


# Answers with the word for a sweep that runs in a point, as a target's failure may have it.
EXAMPLE: dict[str, object] = {"failures": [{"reason": "ValueError", "example": {"point": {"state": "running"}}}]}
ACCEPTED: dict[str, object] = {"sweep_id": "pendulum-000000000001", "state": "running"}
ENDED = [state for state in State if state not in {State.DISPATCHING, State.RUNNING}]
REFUSALS = [403, 422, 503]
# Answers with the next document, and ends a shell that asks for more of them than there are.
CURL = """#!/usr/bin/env bash
cd "$(dirname "$0")"
echo >> asked
cat "$(wc -l < asked).json" || kill $PPID
"""


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


@pytest.mark.timeout(600)
def test_the_guides_commands_lead_to_its_table(study: Path, stack: str) -> None:
    """The local and the deployed sweep write the same 68 points, which agree with the elliptic integral."""
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
    """Return the rows of a CSV table of numbers."""
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(text.splitlines())]


@pytest.mark.parametrize("state", ENDED)
def test_the_loop_of_the_guide_ends_when_the_sweep_ends(tmp_path: Path, state: State) -> None:
    """The guide's lines ask until the state is neither dispatching nor running, and show the last answer."""
    going = [ACCEPTED, ACCEPTED | {"state": "dispatching"}]
    assert followed(tmp_path, [*going, ACCEPTED | {"state": state} | EXAMPLE])["state"] == state


@pytest.mark.parametrize("status", REFUSALS)
def test_the_loop_of_the_guide_does_not_begin_after_a_refusal(tmp_path: Path, status: int) -> None:
    """After a submission without a sweep the guide's lines ask for nothing, and show why."""
    assert followed(tmp_path, [{"status": status, "detail": "no"}])["status"] == status


@pytest.mark.parametrize("status", REFUSALS)
def test_the_loop_of_the_guide_ends_at_an_error(tmp_path: Path, status: int) -> None:
    """An error in place of a status ends the guide's loop, and is shown."""
    assert followed(tmp_path, [ACCEPTED, ACCEPTED, {"status": status, "detail": "no"}])["status"] == status


def followed(folder: Path, answers: list[dict[str, object]]) -> dict[str, object]:
    """Return what the guide's lines show after a submission, where `curl` has these answers and no others."""
    for number, answer in enumerate(answers, 1):
        (folder / f"{number}.json").write_text(json.dumps(answer), encoding="utf-8")
    for name, text in {"curl": CURL, "sleep": "#!/bin/sh\n"}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    lines = commands()
    first = next(number for number, line in enumerate(lines) if line.startswith("signed="))
    last = lines.index("cat status.json")
    variables = dict.fromkeys(("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ENDPOINT"), "x")
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-c", "\n".join(lines[first:last])],
        cwd=folder,
        env={**os.environ, **variables, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "asked").read_text().count("\n") == len(answers)
    shown = json.loads((folder / "status.json").read_text(encoding="utf-8"))
    return dict(shown)
