"""Odd targets, which change folders, read input, print, exit or start threads, do not disturb the sweep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

_MODULE = """
import os
import subprocess
import sys
import threading


def moves(x):
    os.chdir("/")
    return x


def asks(x):
    return input("how much? ")


def child_reads(x):
    return len(subprocess.run(["cat"], stdout=subprocess.PIPE).stdout)


def prints(x):
    os.write(1, b"to the descriptor\\n")
    print("to standard output")
    return x


def quits(x):
    sys.exit("enough")


def interrupts(x):
    if x == 2:
        raise KeyboardInterrupt
    return x


def leaves_a_thread(x):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return x


def returns_an_object(x):
    return object()
"""


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with the odd targets, and a sweep of eight points in four shards."""
    lab = Laboratory(tmp_path)
    (tmp_path / "odd.py").write_text(_MODULE)
    lab.write("gated", 8, 4)
    return lab


@pytest.mark.parametrize(
    ("target", "done", "reason"),
    [
        pytest.param("moves", 8, "", id="moves"),
        pytest.param("asks", 0, "EOFError", id="asks"),
        pytest.param("child_reads", 8, "", id="child_reads"),
        pytest.param("prints", 8, "", id="prints"),
        pytest.param("quits", 0, "SystemExit", id="quits"),
        pytest.param("interrupts", 6, "WorkerDied", id="interrupts"),
        pytest.param("leaves_a_thread", 8, "", id="leaves_a_thread"),
        pytest.param("returns_an_object", 0, "TypeError", id="returns_an_object"),
    ],
)
def test_the_sweep_ends(lab: Laboratory, target: str, done: int, reason: str) -> None:
    """Every point has a value or a reason, the results are stored, and standard output has no output of the target."""
    ended = lab.run("run", "sweep.json", "--target", f"odd:{target}", "--workers", "2", "--out", "out")
    code, status = lab.run_json("status", "latest")
    assert code == ended.returncode == (0 if done == 8 else 1)
    assert (status["done"], status["failed"]) == (done, 8 - done)
    assert {failure["reason"] for failure in status["failures"]} == ({reason} if reason else set())
    assert len(lab.results()) == status["shards_done"]
    assert "to standard output" not in ended.stdout
    assert "to the descriptor" not in ended.stdout
    assert lab.processes() == []
