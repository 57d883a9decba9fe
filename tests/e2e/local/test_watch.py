"""`sweep watch` beside the process that runs the sweep."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import LIMIT, Laboratory, until
from tests.e2e.local.on_terminal import HIDE_CURSOR, SHOW_CURSOR, on_terminal


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path)


@contextmanager
def running(lab: Laboratory) -> Iterator[None]:
    """Run a sweep of 20 shards, of which 5 are done before the block, and all after it."""
    lab.gate(15)
    process = lab.start("run", str(lab.write("gated", 60, 20)), "--workers", "2")
    try:
        until(lambda: len(lab.done()) == 5)
        yield
        lab.open()
        _, errors = process.communicate(timeout=LIMIT)
        assert process.returncode == 0, errors
    finally:
        process.kill()


def test_a_watch_survives_resizing(lab: Laboratory) -> None:
    """Each picture fits the terminal as it is then, also at 20 columns and 5 lines; the end is that of the sweep."""
    with running(lab):
        with on_terminal(lab, "watch", "lab", columns=80) as watch:
            until(lambda: " 0 DDDDDRRRRRRRRRRRRRRR" in watch.lines)
            watch.resize(20, 24)
            until(lambda: "DDDDDRRRRRRRRRRRRRRR" in watch.lines)
            narrow = len(watch.lines)
            watch.resize(20, 5)
            until(lambda: len(watch.lines) > narrow + 8)
            assert max(map(len, watch.lines[narrow:])) <= 20
            assert "25 %, 0 failed" in watch.lines[narrow:]
            watch.resize(120, 30)
            until(lambda: watch.lines.count(" 0 DDDDDRRRRRRRRRRRRRRR") > 1)
            lab.open()
            assert watch.wait() == 0
            assert "60 of 60 points" in watch.shown
            assert any(line.startswith("next:    sweep results lab-") for line in watch.lines)
            assert watch.raw.rindex(SHOW_CURSOR) > watch.raw.rindex(HIDE_CURSOR)
        lab.gate(0)  # as the block ends with one


def test_ctrl_c_leaves_the_sweep_running(lab: Laboratory) -> None:
    """The watch ends with 130 and the terminal as it was; the command that it prints watches to the sweep's end."""
    with running(lab):
        with on_terminal(lab, "watch", "lab") as watch:
            until(lambda: "R running  D done" in watch.shown)
            watch.process.send_signal(signal.SIGINT)
            assert watch.wait() == 130
            assert watch.raw.rindex(SHOW_CURSOR) > watch.raw.rindex(HIDE_CURSOR)
            assert "No longer watching. The sweep goes on; watch it again with:" in watch.lines
            _, *again = shlex.split(next(line for line in watch.lines if line.startswith("  sweep watch ")))
        second = lab.start(*again)
        assert second.stdout
        assert ": running, 15 of 60 points (25 %), 0 failed" in second.stdout.readline()
        assert len(lab.done()) == 5
    output, _ = second.communicate(timeout=LIMIT)
    assert second.returncode == 0
    assert ": done, 60 of 60 points (100 %), 0 failed" in output.splitlines()[0]
