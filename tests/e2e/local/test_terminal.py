"""The output of `sweep run` on a terminal."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.e2e.local.laboratory import Laboratory, until
from tests.e2e.local.on_terminal import HIDE_CURSOR, SHOW_CURSOR, on_terminal


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    """Return a new laboratory."""
    return Laboratory(tmp_path)


def _run_on_terminal(lab: Laboratory, *arguments: str, columns: int = 100) -> tuple[int, str]:
    """Run `sweep` with a terminal as standard error, and return its exit code and the text shown there."""
    with on_terminal(lab, *arguments, columns=columns, piped=True) as started:
        return started.wait(), started.shown


def test_a_run_shows_how_far_it_is(lab: Laboratory) -> None:
    """A run shows the points done of all, the rate and the failures."""
    code, shown = _run_on_terminal(lab, "run", str(lab.write("leave", 90, 30)), "--workers", "1", "--out", str(lab.out))
    assert code == 1
    assert "lab" in shown
    assert "90 of 90 points" in shown
    assert re.search(r"[0-9,]+/s", shown)
    assert "3 failed" in shown


def test_a_finished_run_shows_no_progress(lab: Laboratory) -> None:
    """A run of a finished sweep says that it has nothing to do, and shows no bar."""
    file = str(lab.write("gated", 4, 2))
    _run_on_terminal(lab, "run", file, "--out", str(lab.out))
    code, shown = _run_on_terminal(lab, "run", file, "--out", str(lab.out))
    assert code == 0
    assert re.fullmatch(r"reusing lab-\w{12}: all of it is done, and neither .* has changed since\r\n", shown)


def test_a_resumed_run_counts_earlier_failures(lab: Laboratory) -> None:
    """The bar counts the points that failed in an earlier run of the sweep, and those of this run."""
    (lab.folder / "model.py").write_text(
        "import os\n"
        "def f(x):\n"
        "    if x == 3: raise ValueError(x)\n"
        "    if x == 8 and not os.path.exists('healed'): os._exit(3)\n"
    )
    path = lab.folder / "m.yaml"
    path.write_text("name: m\ntarget: model:f\nparameters: {x: {range: {start: 0, stop: 10}}}\nsharding: {shards: 5}\n")
    arguments = ("run", "m.yaml", "--workers", "1", "--out", str(lab.out))
    _run_on_terminal(lab, *arguments)
    (lab.folder / "healed").touch()
    code, shown = _run_on_terminal(lab, *arguments)
    assert (code, "resuming m-" in shown, "7 of 10 points are done" in shown) == (1, True, True)
    assert "10 of 10 points" in shown
    assert "0 failed" not in shown
    assert "1 failed" in shown


@pytest.mark.parametrize(
    "columns", [32, 40, 80, *(pytest.param(wide, marks=pytest.mark.long) for wide in (60, 100, 200))]
)
def test_the_bar_fits_the_terminal(lab: Laboratory, columns: int) -> None:
    """However long the name, no line of the bar is longer than the terminal is wide; what matters most stays."""
    (lab.folder / "model.py").write_text("def f(x):\n    return x\n")
    path = lab.folder / "m.yaml"
    path.write_text(f"name: {'n' * 60}\ntarget: model:f\nparameters: {{x: {{range: {{start: 0, stop: 10}}}}}}\n")
    _, shown = _run_on_terminal(lab, "run", "m.yaml", "--out", str(lab.out), columns=columns)
    lines = [line for line in re.split(r"[\r\n]+", shown) if re.match("n+…|n+-.*failed", line)]
    assert lines
    assert max(map(len, lines)) <= columns
    assert "100 %" in shown if columns < 60 else "10 of 10 points" in shown
    assert "0 failed" in shown


def test_what_a_target_prints_stands_above_the_bar(lab: Laboratory) -> None:
    """A line that a target prints, to either stream, stands alone on its line."""
    (lab.folder / "model.py").write_text(
        "import sys\ndef f(x):\n    print('printed', x)\n    print('[red]warned', x, file=sys.stderr)\n    return x\n"
    )
    path = lab.folder / "m.yaml"
    path.write_text("name: m\ntarget: model:f\nparameters: {x: {range: {start: 0, stop: 10}}}\n")
    code, shown = _run_on_terminal(lab, "run", "m.yaml", "--out", str(lab.out))
    assert code == 0
    lines = [line.strip() for line in re.split(r"[\r\n]+", shown)]
    assert sorted(line for line in lines if line.startswith("printed")) == [f"printed {x}" for x in range(10)]
    assert sorted(line for line in lines if "warned" in line) == [f"[red]warned {x}" for x in range(10)]


def test_a_run_shows_its_shards(lab: Laboratory) -> None:
    """The map, which is read of the ledger while the run goes on, has a letter a shard; Ctrl-C frees the terminal."""
    lab.gate(15)
    with on_terminal(lab, "run", str(lab.write("gated", 60, 20)), "--workers", "2", piped=True) as run:
        until(lambda: " 0 DDDDDRRRRRRRRRRRRRRR" in run.shown and "R running  D done" in run.shown)
        assert HIDE_CURSOR in run.raw
        run.process.send_signal(signal.SIGINT)
        assert run.wait() == 130
        assert run.raw.rindex(SHOW_CURSOR) > run.raw.rindex(HIDE_CURSOR)
        assert "Interrupted. What is done is kept; go on with:" in run.lines
