"""The output of `sweep run` on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import SWEEP, Laboratory


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path)


def _run_on_terminal(lab: Laboratory, *arguments: str) -> tuple[int, str]:
    """Run `sweep` with a terminal as standard error, and return its exit code and the text shown there."""
    screen, terminal = pty.openpty()
    environment = os.environ | {"LAB_LOG": str(lab.log), "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [SWEEP, *arguments], cwd=lab.folder, env=environment, stdout=subprocess.DEVNULL, stderr=terminal
    )
    os.close(terminal)
    shown = b""
    # On Linux a read raises an error once the process has closed the terminal.
    with suppress(OSError):
        while chunk := os.read(screen, 4096):
            shown += chunk
    os.close(screen)
    return process.wait(60), re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())


def test_a_run_shows_how_far_it_is(lab: Laboratory) -> None:
    """A run shows the points done of all, the rate, the failures and the time left."""
    code, shown = _run_on_terminal(lab, "run", str(lab.write("leave", 90, 30)), "--workers", "1", "--out", str(lab.out))
    assert code == 1
    assert "lab" in shown
    assert "90 of 90 points" in shown
    assert re.search(r"[0-9,]+/s", shown)
    assert "3 failed" in shown
    assert re.search(r"\d:\d\d", shown)


def test_a_finished_run_shows_no_progress(lab: Laboratory) -> None:
    """A run of a finished sweep shows nothing."""
    file = str(lab.write("gated", 4, 2))
    _run_on_terminal(lab, "run", file, "--out", str(lab.out))
    assert _run_on_terminal(lab, "run", file, "--out", str(lab.out)) == (0, "")
