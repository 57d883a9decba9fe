"""Points from a file as a user has them: the same sweep from any format, on the command line and from Python."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

import serverless_sweep as ss
from application.documents.table_chunks import CHUNK_ROWS
from tests.e2e.local.laboratory import SWEEP, Laboratory
from tests.fakes.point_files import write_csv, write_parquet
from tests.fakes.point_tables import Row

_TARGET = """
import os

def study(x, kind, mode="none", seed=None):
    if kind is None and not os.path.exists("healed"):
        raise ValueError("no kind")
    return [x, kind, mode, seed is None]
"""
_NAMES = ("x", "kind")
_ROWS: list[Row] = [
    (number / 2, None if number == CHUNK_ROWS + 3 else f"k{number % 3}") for number in range(CHUNK_ROWS + 9)
]
_RUN = ("--workers", "1", "--shards", "3", "--name", "study")


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a laboratory with the same points in two formats."""
    lab = Laboratory(tmp_path)
    (tmp_path / "model.py").write_text(_TARGET)
    write_csv(tmp_path / "points.csv", _NAMES, _ROWS)
    write_parquet(tmp_path / "points.parquet", _NAMES, _ROWS)
    return lab


def _run(lab: Laboratory, *arguments: str) -> str:
    """Run `sweep run`, and return what it says of how it begins."""
    ended = lab.run("run", "model:study", *arguments, *_RUN)
    assert ended.returncode == 1, ended.stderr  # one point has an error
    return ended.stderr


def test_any_format_is_the_same_sweep(lab: Laboratory, tmp_path: Path) -> None:
    """Its results are, byte for byte, those of the points written out, and an audit knows the points."""
    assert "starting study" in _run(lab, "--points-file", "points.csv")
    assert "reusing study" in _run(lab, "--points-file", "points.parquet")
    found = lab.results()
    assert lab.run("verify", "latest", "--sample", "9").returncode == 0
    listed = {"kind": "points", "points": [dict(zip(_NAMES, row, strict=True)) for row in _ROWS]}
    (tmp_path / "listed.json").write_text(json.dumps({"name": "lab", "target": "model:study", "design": listed}))
    lab.out = tmp_path / "other"
    assert lab.run("run", "listed.json", *_RUN).returncode == 1
    assert lab.results() == found != {}


def test_a_grid_replicates_and_a_condition_beside_a_file(lab: Laboratory) -> None:
    """Every mode has all rows, and every row its replicates; what the condition excludes is skipped."""
    options = ("-p", "mode=slow,fast", "--replicates", "2", "--where", "x < 1.2 and mode == 'fast'")
    code, plan = lab.run_json("plan", "model:study", "--points-file", "points.csv", *options, "--point", "5")
    assert (code, plan["size"]) == (0, 4 * len(_ROWS))
    assert plan["point"] == {"mode": "slow", "x": 1.0, "kind": "k2", "replicate": 1}
    assert plan["last_point"] == {"mode": "fast", "x": _ROWS[-1][0], "kind": _ROWS[-1][1], "replicate": 1}
    ended = lab.run("run", "model:study", "--points-file", "points.csv", *options, *_RUN)
    assert ended.returncode == 0, ended.stderr
    lines = [json.loads(line) for body in lab.results().values() for line in gzip.decompress(body).splitlines()]
    values = [line["value"] for line in sorted(lines, key=lambda line: int(line["index"])) if "value" in line]
    assert values == [[x, kind, "fast", False] for x, kind in _ROWS[:3] for _ in range(2)]


@pytest.mark.long
def test_a_lost_chunk_is_named_and_mended_by_the_same_command(lab: Laboratory, tmp_path: Path) -> None:
    """A retry, which has no file, says what is missing; the command with the file writes it, and goes on.

    The processes in the background get the digest alone, and find the rows in the folder.
    """
    ended = lab.run("submit", "model:study", "--points-file", "points.csv", *_RUN[2:], "--wait")
    assert f"{len(_ROWS) - 1:,} of {len(_ROWS):,} done" in ended.stdout
    (chunk,) = (lab.out / "tables").glob("*/000001.jsonl.gz")
    chunk.unlink()
    missing = "points of the sweep are missing; run or submit the sweep again from its file"
    ended = lab.run("verify", "latest")
    assert (ended.returncode, f"(there is no {chunk})" in ended.stderr) == (1, True)
    ended = lab.run("retry", "latest", "--wait")
    assert (ended.returncode, missing in ended.stdout) == (1, True)
    (tmp_path / "healed").touch()
    ended = lab.run("run", "model:study", "--points-file", "points.csv", *_RUN, "--retry-failed")
    assert ended.returncode == 0, ended.stderr
    assert "resuming study" in ended.stderr


def test_a_function_gets_the_rows_of_a_file(lab: Laboratory, tmp_path: Path) -> None:
    """From Python, as results have the points, their failures and their values."""
    design = ss.points_file(tmp_path / "points.parquet")

    def study(x: float, kind: str | None) -> float:
        if kind is None:
            raise ValueError("no kind")
        return 2 * x

    done = ss.run(study, design=design, out=lab.out, workers=1, shards=2, progress=False)
    assert list(done)[7] == ({"x": 3.5, "kind": "k1"}, 7.0)
    (failure,) = done.failures
    assert failure.point == {"x": CHUNK_ROWS / 2 + 1.5, "kind": None}
    assert len(done) == len(_ROWS) - 1


# Reads a file of points, and walks all of them as a worker does; prints how much memory that took beside the program's.
# What `resource` tells would begin with the memory of this process, which started it.
_WALK = """
import re, sys
from pathlib import Path
from adapters.point_files.intake import read_client_request
import adapters.point_files.point_file
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
design = {"kind": "points", "file": sys.argv[1]}
request = read_client_request({"name": "lab", "target": "model:study", "design": design}, Path())
count = sum(1 for _ in request.design.walk(0, request.plan.size, lambda name, value: value))
print(count, peak() - before)
"""
# In kilobytes: the rows of the short form alone would take more, and those of the long one ten times as much.
_MOST = 12_000
# Likewise: a process of any run takes half of it.
_LARGEST = 100_000


@pytest.mark.parametrize("size", [10**5, pytest.param(10**6, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, size: int) -> None:
    """Neither the reading of a file nor the walk over its points holds more than a few thousand rows."""
    path = write_csv(
        tmp_path / "points.csv", ("x", "y", "kind"), [(number, number / 7, "svm") for number in range(size)]
    )
    ended = subprocess.run([sys.executable, "-c", _WALK, str(path)], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, ended.stdout.split())
    assert count == size
    assert kilobytes < _MOST


# Runs a command, and prints how much memory the largest of its processes took.
_RUN_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.long
def test_a_run_of_a_million_rows_has_processes_of_the_usual_size(lab: Laboratory) -> None:
    """Neither the command nor a worker of it takes what the rows alone would."""
    write_csv(lab.folder / "many.csv", _NAMES, [(number / 2, f"k{number % 3}") for number in range(10**6)])
    command = [SWEEP, "run", "model:study", "--points-file", "many.csv", "--out", str(lab.out), "--workers", "1"]
    measured = [sys.executable, "-c", _RUN_MEASURED, *command]
    ended = subprocess.run(measured, cwd=lab.folder, capture_output=True, text=True, check=True)
    assert int(ended.stdout) < _LARGEST
