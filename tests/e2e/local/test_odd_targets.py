"""Odd targets, which change folders, read input, print, exit or start threads, do not disturb the sweep."""

from __future__ import annotations

import gzip
import json
import signal
from pathlib import Path

import pytest

from domain.reasons import Reason
from domain.sweep import ShardFailed
from tests.e2e.local.laboratory import Laboratory

_MODULE = """
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time


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


def forks(x):
    return -x if os.fork() == 0 else x


def waits_for_its_fork(x):
    child = os.fork()
    if child == 0:
        return -x
    assert os.waitpid(child, 0)[1] == 0
    return x


def fork_raises(x):
    child = os.fork()
    if child == 0:
        raise ValueError("in the child")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    return x


def fork_exits(x):
    child = os.fork()
    if child == 0:
        sys.exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    return x


def half(x):
    return x / 2


def pool(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(half, [x, x])


def closes_standard_input(x):
    sys.stdin.close()
    return x


def closes_descriptors(x):
    os.closerange(3, 256)
    return x


def prints_on(x):
    def print_on():
        while True:
            print("to standard output", flush=True)
            time.sleep(0.001)

    threading.Thread(target=print_on, daemon=True).start()
    return x


def dies_of_a_real_time_signal(x):
    if x == 2:
        os.kill(os.getpid(), signal.SIGRTMIN + 3)
    return x
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
        pytest.param("forks", 8, "", id="forks"),
        pytest.param("waits_for_its_fork", 8, "", id="waits_for_its_fork"),
        pytest.param("fork_raises", 8, "", id="fork_raises"),
        pytest.param("fork_exits", 8, "", id="fork_exits"),
        pytest.param("pool", 8, "", id="pool"),
        pytest.param("closes_standard_input", 8, "", id="closes_standard_input"),
        pytest.param("prints_on", 8, "", id="prints_on"),
        pytest.param("dies_of_a_real_time_signal", 6, "WorkerDied", id="dies_of_a_real_time_signal"),
    ],
)
def test_the_sweep_ends(lab: Laboratory, target: str, done: int, reason: str) -> None:
    """Every point has a value or a reason, the results are stored, and standard output has no output of the target."""
    ended = lab.run("run", "sweep.json", "--target", f"odd:{target}", "--workers", "2", "--out", "out")
    code, status = lab.run_json("status", "latest")
    assert (code, ended.returncode) == (0, 0 if done == 8 else 1)
    assert (status["done"], status["failed"]) == (done, 8 - done)
    assert {failure["reason"] for failure in status["failures"]} == ({reason} if reason else set())
    assert len(lab.results()) == status["shards_done"]
    assert "to standard output" not in ended.stdout
    assert "to the descriptor" not in ended.stdout
    assert lab.processes() == []


def test_a_target_that_forks_is_called_once_for_each_point(lab: Laboratory) -> None:
    """The child process evaluates no further point, stores nothing, and what it returns is in no result."""
    assert lab.run("run", "sweep.json", "--target", "odd:forks", "--workers", "2").returncode == 0
    values = [
        json.loads(line)["value"] for body in lab.results().values() for line in gzip.decompress(body).splitlines()
    ]
    assert sorted(values) == list(range(8))


def test_a_module_that_forks_makes_one_worker(lab: Laboratory) -> None:
    """A module that forks while it is imported does not make a second worker that reads the same payloads."""
    (lab.folder / "forking.py").write_text("import os\nchild = os.fork()\ndef f(x): return x\n")
    assert lab.run("run", "sweep.json", "--target", "forking:f", "--workers", "2").returncode == 0
    assert len(lab.results()) == 4
    assert lab.processes() == []


def test_a_target_that_closes_all_descriptors_fails_its_shards(lab: Laboratory) -> None:
    """The worker can report nothing any more: its shards fail, and the run comes to its end."""
    assert lab.run("run", "sweep.json", "--target", "odd:closes_descriptors", "--workers", "2").returncode == 1
    assert {end.reason for end in lab.ends().values() if isinstance(end, ShardFailed)} == {Reason.WORKER_DIED}
    assert lab.ends().keys() == set(range(4))
    assert lab.processes() == []


def test_a_real_time_signal_is_named_by_its_number(lab: Laboratory) -> None:
    """`signal.Signals` has no name for most of them; the failed shard has the number."""
    assert lab.run("run", "sweep.json", "--target", "odd:dies_of_a_real_time_signal").returncode == 1
    _, status = lab.run_json("status", "latest")
    (failure,) = status["failures"]
    assert failure["message"] == f"the worker process was killed by signal {signal.SIGRTMIN + 3}"
