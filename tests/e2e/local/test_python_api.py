"""`serverless_sweep` in programs: a function travels from wherever it is, and a program goes on with its sweep."""

from __future__ import annotations

import doctest
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import serverless_sweep as ss
from domain.spread import Spread
from entrypoints.python_api import jobs, levels, run
from tests.e2e.local.laboratory import Laboratory, until

_ROOT = Path(__file__).parents[3]
# No `if __name__ == "__main__"`, and packages of the user's own that are called like ours.
_SCRIPT = """
import asyncio, json, sys
import domain
import serverless_sweep as ss
from adapters import SHIFT

class Ball:
    def __init__(self, mass):
        self.mass = mass

def weight(ball):
    return ball.mass * 2

def simulate(x, shift):
    with open("evaluations", "a") as file:
        print(x, file=file)
    import application
    return [domain.law(x), weight(Ball(x)), shift, application.NAME, __name__]

def run():
    return ss.run(simulate, {"x": [1, 2]}, constants={"shift": SHIFT}, workers=1)

async def under_a_loop():
    return run()

done = asyncio.run(under_a_loop())
heavy = "boto3 botocore duckdb pandas polars pyarrow rich typer".split()
print(json.dumps([done.id, list(done), [name for name in heavy if name in sys.modules]]))
"""
_GATED = """
import serverless_sweep as ss

def gated(x):
    import lab
    return lab.gated(x)

print(len(ss.run(gated, {"x": range(6)}, workers=1, shards=6, out="out")))
"""


def _triple(x: int) -> int:
    return 3 * x


def _python(folder: Path, seed: str = "0") -> list[Any]:
    """Run the folder's script, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": seed}
    command = [sys.executable, "script.py"]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    found: list[Any] = json.loads(ended.stdout)
    return found


def test_a_script_goes_on_with_its_sweep(tmp_path: Path) -> None:
    """A function of `__main__` runs with all that it uses; the same code is the same sweep, edited code another one.

    That holds under an event loop, and beside packages of the user's that are called like ours.
    """
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "__init__.py").write_text("def law(x): return 10 * x\n")
    (tmp_path / "adapters.py").write_text("SHIFT = 7\n")
    (tmp_path / "application.py").write_text("NAME = 'mine'\n")
    (tmp_path / "script.py").write_text(_SCRIPT)
    first, pairs, heavy = _python(tmp_path)
    assert pairs == [[{"x": x}, [10 * x, 2 * x, 7, "mine", "__main__"]] for x in (1, 2)]
    assert heavy == []
    (tmp_path / "script.py").write_text("# Another run, with other lines.\n\n" + _SCRIPT)
    assert _python(tmp_path, seed="1")[0] == first
    assert (tmp_path / "evaluations").read_text().split() == ["1", "2"]
    (tmp_path / "script.py").write_text(_SCRIPT.replace("mass * 2", "mass * 3"))
    other, pairs, _ = _python(tmp_path)
    assert other != first
    assert pairs[0][1][1] == 3


def test_ctrl_c_stops_a_call_and_the_same_call_goes_on(tmp_path: Path) -> None:
    """The workers end, what is done is kept, and the message says how to go on."""
    lab = Laboratory(tmp_path)
    lab.gate(3)
    (tmp_path / "script.py").write_text(_GATED)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "LAB_LOG": str(lab.log), "LAB_MARK": lab.mark}
    process = subprocess.Popen(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: 3 in lab.evaluations())
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (
        errors.splitlines()[-1] == "KeyboardInterrupt: what is done is kept in out; the same call goes on with the rest"
    )
    assert process.returncode == -signal.SIGINT
    assert lab.processes() == []
    lab.open()
    ended = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, check=True
    )
    assert ended.stdout == b"6\n"
    assert lab.evaluations() == {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 1}


def test_a_call_may_ask_for_a_spread_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts start in it, here and in the background, and the results are in that of the points."""
    monkeypatch.setenv("SWEEP_WORKERS", "1")
    started = {name: tmp_path / name for name in ("run", "submit")}

    def log(x: int, file: str) -> int:
        with Path(file).open("a") as lines:
            lines.write(f"{x}\n")
        return 2 * x

    said: dict[str, Any] = {"shards": 10, "order": "spread", "out": tmp_path / "out"}
    done = ss.run(log, {"x": range(10)}, constants={"file": str(started["run"])}, workers=1, progress=False, **said)
    assert [value for _, value in done] == [2 * x for x in range(10)]
    job = ss.submit(log, {"x": range(10)}, constants={"file": str(started["submit"])}, **said)
    assert job.wait(60, progress=False).state == "done"
    order = list(map(Spread(10).number, range(10)))
    assert [[int(line) for line in file.read_text().split()] for file in started.values()] == [order, order]


def test_a_call_may_extend_what_an_earlier_one_returned(tmp_path: Path) -> None:
    """The values are those of both, and the count says how many were there; an edited function is refused."""
    said: dict[str, Any] = {"out": tmp_path / "out", "workers": 1, "progress": False, "name": "area"}

    def area(x: int, y: int) -> int:
        return x * y

    done = ss.run(area, {"x": [1, 2], "y": [3, 5]}, **said)
    more = ss.run(area, {"x": [0, 1, 2, 4], "y": [3, 4, 5]}, extends=done, **said)
    assert (done.reused, more.reused, len(more)) == (0, 4, 12)
    assert all(value == point["x"] * point["y"] for point, value in more)
    assert ss.run(area, {"x": [0, 1, 2, 4], "y": [3, 4, 5]}, extends=done, **said).id == more.id

    def edited(x: int, y: int) -> int:
        return x + y

    with pytest.raises(
        ss.InvalidSweep, match=r"extends: area-.* which is another function, or one that has been edited"
    ):
        ss.run(edited, {"x": [0], "y": [3]}, extends=more.id, **said)


def test_a_call_within_a_test(tmp_path: Path) -> None:
    """A test's own functions run, and sweep files in a thread; what they raise is a failure of the point."""

    def root(x: float, sign: int) -> object:
        if x < 0:
            raise ValueError(f"no root of {x}")
        return sign * x**0.5

    found: list[ss.Results] = []
    (tmp_path / "model.py").write_text("def f(x, y): return x + y\n")
    (tmp_path / "sweep.yaml").write_text("name: filed\ntarget: model:f\nparameters: {x: [1, 2]}\n")

    def call() -> None:
        found.append(ss.run(tmp_path / "sweep.yaml", {"y": np.arange(1)}, out=tmp_path, workers=1))

    thread = threading.Thread(target=call)
    thread.start()
    done = ss.run(root, {"x": [-1.0, 4.0]}, constants={"sign": -1}, out=tmp_path, workers=1)
    thread.join()
    assert (list(done), done.size, len(done)) == ([({"x": 4.0}, -2.0)], 2, 1)
    assert done.failures == [ss.Failure(0, {"x": -1.0}, "ValueError", "no root of -1.0")]
    assert list(found[0]) == [({"x": 1, "y": 0}, 1), ({"x": 2, "y": 0}, 2)]
    job = ss.open(done.id, out=tmp_path)
    assert (job.wait().state, job.status().is_over) == ("done_with_errors", True)


def test_a_wrong_call_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is said at once, by one error of `serverless_sweep`, and no folder is made."""
    out = tmp_path / "out"
    with pytest.raises(ss.InvalidSweep, match="missing a required argument: 'x'"):
        ss.run(_triple, {"y": [1]}, out=out)
    with pytest.raises(ss.InvalidSweep, match="workers: must be at least 1"):
        ss.run(_triple, {"x": [1]}, out=out, workers=0)
    # A worker that imports this module must not start workers that import it.
    (tmp_path / "study.py").write_text("import serverless_sweep as ss\ndef f(x): return x\nss.run(f, {'x': [1]})\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ss.SweepError, match=r"importing study failed: .* run: is called by a worker process; put the"):
        ss.run("study:f", {"x": [1]}, out=out, workers=1)
    assert not out.exists()


def test_a_retry_evaluates_what_has_no_value(tmp_path: Path) -> None:
    """With `retry_failed` the points that raised are evaluated again; the others keep their values."""
    mark = tmp_path / "healed"

    def healing(x: int) -> int:
        if x == 1 and not mark.exists():
            raise RuntimeError("not yet")
        return x

    out = tmp_path / "out"
    first = ss.run(healing, {"x": [0, 1]}, out=out, workers=1)
    mark.touch()
    again = ss.run(healing, {"x": [0, 1]}, out=out, workers=1, retry_failed=True)
    assert (again.id, len(first), len(again), again.failures) == (first.id, 1, 2, [])


@pytest.mark.parametrize("module", [ss, levels, run, jobs], ids=lambda module: module.__name__)
def test_the_examples_of_the_docstrings_are_true(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example of a documented name prints what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # one worker process starts sooner than several
    found = doctest.testmod(sys.modules[getattr(module, "__module__", module.__name__)])
    assert found.attempted > 0
    assert found.failed == 0


def _blocks(heading: str, *, until_heading: str | None = None) -> list[str]:
    page = (_ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    part = page.partition(heading)[2] if heading else page
    part = part.partition(until_heading)[0] if until_heading else part
    return re.findall(r"^```python\n(.*?)^```", part, re.DOTALL | re.MULTILINE)


_ALONE = "## A sweep that runs by itself"


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of docs/python.md before those on stacks, one after the other, are a program that ends well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    names: dict[str, Any] = {"__name__": "__main__"}
    blocks = _blocks("", until_heading=_ALONE)
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)  # noqa: S102 - the page's own examples
    assert len(blocks) == 11
    assert len(names["frame"]) == 10
