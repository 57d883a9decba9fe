"""Odd targets, which change folders, read input, print, exit or start threads, do not disturb the sweep."""

from __future__ import annotations

import gzip
import json
import signal
from pathlib import Path

import pytest

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
    return (_returns, _is_awaited, _raises, _exits, _interrupts, _pool, _keeps_no_pipe, _prints_on)[x](x)


def _returns(x):
    return -x if os.fork() == 0 else x


def _is_awaited(x):
    child = os.fork()
    return _code(child) if child else -x


def _raises(x):
    child = os.fork()
    if child == 0:
        raise ValueError("in the child")
    return _code(child)


def _exits(x):
    child = os.fork()
    if child == 0:
        sys.exit(3)
    return _code(child)


def _interrupts(x):
    child = os.fork()
    if child == 0:
        raise KeyboardInterrupt
    return _code(child)


def _pool(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(abs, [-x, 1]))


def _keeps_no_pipe(x):
    child = os.fork()
    if child == 0:
        files = [os.readlink(f"/proc/self/fd/{number}") for number in range(3, 100) if _is_open(number)]
        sys.exit(any(name.startswith("pipe:") for name in files))
    return _code(child)


def _prints_on(x):
    def print_on():
        while True:
            print("to standard output", flush=True)
            time.sleep(0.001)

    threading.Thread(target=print_on, daemon=True).start()
    return -x if os.fork() == 0 else x


def _code(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _is_open(number):
    return os.path.lexists(f"/proc/self/fd/{number}")


def dies_of_a_real_time_signal(x):
    if x == 2:
        os.kill(os.getpid(), signal.SIGRTMIN + 5)
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


def test_a_process_that_the_target_forks_ends_where_it_returns(lab: Laboratory) -> None:
    """It evaluates no further point, stores and reports nothing, and keeps no pipe; its exit code is a program's."""
    ended = lab.run("run", "sweep.json", "--target", "odd:forks", "--workers", "2")
    assert ended.returncode == 0
    lines = [line for body in lab.results().values() for line in gzip.decompress(body).splitlines()]
    values = {point["index"]: point["value"] for point in map(json.loads, lines)}
    assert (len(lines), values) == (8, {0: 0, 1: 0, 2: 1, 3: 3, 4: 1, 5: 6, 6: 0, 7: 7})
    # What ended it is told, but without our own frames.
    assert ended.stderr.count("ValueError: in the child") == 1
    assert "execute_shard.py" not in ended.stderr
    assert lab.processes() == []


@pytest.mark.parametrize("end", ["", "if child == 0: raise SystemExit(3)"], ids=["ends", "exits"])
def test_a_module_that_forks_makes_one_worker(lab: Laboratory, end: str) -> None:
    """A module that forks while it is imported does not make a second worker that reads the same payloads."""
    (lab.folder / "forking.py").write_text(f"import os\nchild = os.fork()\n{end}\ndef f(x): return x\n")
    ended = lab.run("run", "sweep.json", "--target", "forking:f", "--workers", "2")
    assert (ended.returncode, len(lab.results())) == (0, 4)
    assert "Traceback" not in ended.stderr
    assert lab.processes() == []


def test_a_worker_killed_by_a_real_time_signal_fails_its_shard_alone(lab: Laboratory) -> None:
    """The run goes on, and the message has the signal's number: `signal.Signals` has no name for most of these."""
    assert lab.run("run", "sweep.json", "--target", "odd:dies_of_a_real_time_signal").returncode == 1
    _, status = lab.run_json("status", "latest")
    assert (status["shards_done"], status["shards_failed"]) == (3, 1)
    (failure,) = status["failures"]
    assert failure["message"] == f"the worker process was killed by signal {signal.SIGRTMIN + 5}"
