"""Running the same sweep again: which points the target is called with, and what the command says comes next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory

# The target writes down every call, and fails at 2 and 5 until the file `mended` is there.
_TARGET = """
from pathlib import Path


def f(x):
    with open("calls", "a") as calls:
        calls.write(f"{x}\\n")
    if x in (2, 5) and not Path("mended").exists():
        raise ValueError("no root")
    return x * x
"""
_SWEEP = "name: toy\ntarget: toy:f\nparameters: {x: {range: {start: 0, stop: 8}}}\nsharding: {shards: 4}\n"
_RUN = ("run", "toy.yaml", "--workers", "1")


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with the sweep and its target."""
    lab = Laboratory(tmp_path)
    (lab.folder / "toy.py").write_text(_TARGET)
    (lab.folder / "toy.yaml").write_text(_SWEEP)
    return lab


def _calls(lab: Laboratory) -> list[int]:
    """Return the points that the target was called with, and forget them."""
    calls = lab.folder / "calls"
    called = sorted(map(int, calls.read_text().split())) if calls.exists() else []
    calls.unlink(missing_ok=True)
    return called


def _values(lab: Laboratory) -> dict[int, object]:
    """Return the value of each point that has one."""
    results = map(json.loads, lab.run("results", "latest").stdout.splitlines())
    return {result["index"]: result["value"] for result in results if "value" in result}


def test_failed_points_are_evaluated_again_on_request_alone(lab: Laboratory) -> None:
    """The same command keeps their errors; with --retry-failed the target is called with them, and with no others."""
    first = lab.run(*_RUN)
    assert (first.returncode, _calls(lab)) == (1, list(range(8)))
    assert "done, but 2 points have no value" in first.stdout
    sweep_id = first.stdout.partition(":")[0]
    (retry,) = (line for line in first.stdout.splitlines() if "sweep retry" in line)
    assert retry == f"next:    sweep retry {sweep_id} --out {lab.out}    # evaluates what has no value"
    (lab.folder / "mended").touch()
    second = lab.run(*_RUN)
    assert (second.returncode, second.stdout, _calls(lab)) == (1, first.stdout, [])
    third = lab.run(*_RUN, "--retry-failed")
    assert (third.returncode, _calls(lab)) == (0, [2, 5])
    assert third.stdout.splitlines()[0].endswith(": done")
    assert _values(lab) == {x: x * x for x in range(8)}


def test_a_retry_that_changes_nothing_keeps_every_value(lab: Laboratory) -> None:
    """Where the cause is still there, the errors stay, and so do the values."""
    for calls in (list(range(8)), [2, 5], [2, 5]):
        assert lab.run(*_RUN, "--retry-failed").returncode == 1
        assert _calls(lab) == calls
    assert set(_values(lab)) == {0, 1, 3, 4, 6, 7}


def test_the_status_says_how_to_evaluate_failed_points_again(lab: Laboratory) -> None:
    """`sweep status` names the command, `sweep list` the state, and the document has no link of the API."""
    lab.run(*_RUN)
    assert "next:    sweep retry toy-" in lab.run("status", "latest").stdout
    assert "done with errors" in lab.run("list").stdout
    code, document = lab.run_json("status", "latest")
    assert (code, document["state"], document["overdue"]) == (1, "done_with_errors", 0)
    (group,) = document["failures"]
    assert (group["points"], group["example"]["point"]) == (2, {"x": 2})
    assert "links" not in document
