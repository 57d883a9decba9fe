"""Ctrl-C stops a run within seconds, leaves no process, and prints the command that continues it."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory, until

_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path)


@pytest.mark.parametrize("number", _SIGNALS, ids=lambda number: number.name)
def test_a_run_stops_at_once(lab: Laboratory, number: signal.Signals) -> None:
    """A run with a hanging worker exits with 130 within two seconds, leaves no process and keeps its results."""
    process = lab.start("run", str(lab.write("hang", 4, 4)), "--workers", "2")
    until(lambda: lab.evaluations()[0] == 1 and len(lab.done()) == 3)
    begun = time.monotonic()
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    assert lab.processes() == []
    assert lab.leftovers() == []
    assert output == ""
    assert "Traceback" not in errors
    assert len(lab.results()) == 3


def test_the_printed_command_continues_the_run(lab: Laboratory) -> None:
    """The command that an interrupted run prints completes the sweep and evaluates no done shard again."""
    lab.gate(15)
    process = lab.start("run", str(lab.write("gated")), "--workers", "2")
    until(lambda: len(lab.done()) == 5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    lab.open()
    assert "Interrupted. What is done is kept; go on with:" in errors
    done, before = lab.done(), lab.evaluations()
    _, *arguments = shlex.split(errors.splitlines()[-1])
    assert lab.run(*arguments).returncode == 0
    assert lab.evaluations() - before == Counter(x for x in range(60) if x // 3 not in done)


def test_repeated_signals_interrupt_once(lab: Laboratory) -> None:
    """Many signals lead to one message, the same exit code, and no traceback."""
    lab.gate(15)
    process = lab.start("run", str(lab.write("gated")), "--workers", "2")
    until(lab.done)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert errors.count("Interrupted.") == 1
    assert lab.processes() == []


@pytest.mark.parametrize(
    "delay", [0.0, 0.2, 0.4, *(pytest.param(delay, marks=pytest.mark.long) for delay in (0.1, 0.3, 0.5, 0.6, 0.8))]
)
def test_a_run_may_be_stopped_at_any_moment(lab: Laboratory, delay: float) -> None:
    """A run interrupted at any time after its first worker starts leaves no process, and the next completes it."""
    file = str(lab.write("gated", 60, 20))
    lab.gate(30)
    process = lab.start("run", file, "--workers", "2")
    until(lambda: len(lab.processes()) > 1)
    time.sleep(delay)  # the delays are samples of possible moments; the test does not depend on them
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode == 130
    until(lambda: not lab.processes(), 2)
    lab.open()
    assert lab.run("run", file).returncode == 0
    assert len(lab.results()) == 20


def _errors_once_interrupted(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C until the process ends: Python loses a signal at certain moments of its own start."""
    while True:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=10)[1]


@pytest.mark.parametrize("command", ["--help", "plan sweep.json", "run sweep.json"])
def test_ctrl_c_in_the_first_moments_shows_no_traceback(lab: Laboratory, command: str) -> None:
    """The command exits with 130 and prints nothing; only before `main` is reached the traceback is Python's own."""
    lab.write("hang", 4, 4)
    for milliseconds in range(0, 320, 40):
        process = lab.start(*command.split())
        time.sleep(milliseconds / 1000)  # samples of possible moments; the test does not depend on them
        errors = _errors_once_interrupted(process)
        if process.returncode == 130:
            assert errors == "" or (command.startswith("run") and "Traceback" not in errors)
        else:
            assert not re.search(r'cli/command\.py", line \d+, in main', errors)
        assert lab.processes() == []
