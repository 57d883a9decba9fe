"""What a caller hears of the process that it starts, or does not hear."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from adapters.local.runner_process import RunnerProcess, RunnerSetup
from application.ports.runner import Begun
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, SweepNotFound
from tests.fakes.sweeps import sweep_of

# Writes its order and its place down, and then answers.
_PROCESS = """
import json, os, sys
order = sys.stdin.read()
with open("heard", "w") as file:
    json.dump({"order": json.loads(order), "session": os.getsid(0)}, file)
answer = os.fdopen(int(sys.argv[1]), "w")
"""
_BEGUN = 'answer.write(\'{"sweep_id": "toy-0", "replayed": false, "queued": 3}\\n\')'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _runner(folder: Path, end: str, import_paths: tuple[str, ...] = ()) -> RunnerProcess:
    script = folder / "process.py"
    script.write_text(_PROCESS + end)
    return RunnerProcess(Path("out"), RunnerSetup((sys.executable, str(script)), 2, import_paths))


def test_a_process_hears_what_to_run_and_where(folder: Path) -> None:
    """All folders are absolute, the current one stands in for missing import paths, and the session is its own."""
    request = sweep_of(6, 3).request
    assert _runner(folder, _BEGUN, ("/models",)).submit(request, "key", no_deadline) == Begun("toy-0", False, 3)  # noqa: FBT003 - as it is written
    heard = json.loads((folder / "heard").read_text())
    order = heard["order"]
    assert (order["folder"], order["started_in"]) == (str(folder / "out"), str(folder))
    assert (order["workers"], order["import_paths"], order["key"], order["sweep_id"]) == (2, ["/models"], "key", "")
    assert json.loads(order["request"])["name"] == request.name
    assert heard["session"] != os.getsid(0)


def test_a_retry_names_its_sweep(folder: Path) -> None:
    """The error that the process sends is raised, whatever else it does."""
    runner = _runner(folder, 'answer.write(\'{"error": "SweepNotFound", "message": "toy-0"}\\n\')')
    with pytest.raises(SweepNotFound, match="toy-0"):
        runner.retry("toy-0", no_deadline)
    order = json.loads((folder / "heard").read_text())["order"]
    assert (order["sweep_id"], order["import_paths"]) == ("toy-0", [str(folder)])


@pytest.mark.parametrize("end", ["", "answer.write('half a line')", "os._exit(1)"])
def test_a_process_that_ends_without_an_answer_is_reported(folder: Path, end: str) -> None:
    """The message says where to look."""
    with pytest.raises(DependencyUnavailable, match="ended before it began; see out/logs"):
        _runner(folder, end).retry("toy-0", no_deadline)


def test_a_caller_waits_no_longer_than_its_deadline(folder: Path) -> None:
    """The process may begin all the same."""
    end = "answer.flush()"
    with pytest.raises(DependencyUnavailable, match="has not begun in time; look with: sweep list"):
        _runner(folder, end).retry("toy-0", lambda: 0.0)


def test_a_process_that_cannot_be_started_is_reported() -> None:
    """The message names the program."""
    runner = RunnerProcess(Path("out"), RunnerSetup(("/nowhere/python",), 1, ()))
    with pytest.raises(DependencyUnavailable, match=r"no process can be started \(/nowhere/python\)"):
        runner.retry("toy-0", no_deadline)
