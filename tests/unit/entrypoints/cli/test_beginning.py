"""What the command line says before a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from application.describe_sweep import Description
from application.ports.engine import EngineCounts
from application.ports.runs import Run
from application.run_sweep import Beginning
from domain.block import Block
from domain.plan import Plan
from domain.progress import History, Progress
from domain.sweep import SweepHead
from entrypoints.cli.beginning import beginning_line, endless_note, extension_line

_HEAD = SweepHead("toy-2", Plan(4, 2), 0.0)
_EARLIER = Run("toy-1", "digest", {})


def _beginning(
    block: Block | None = None, *, queued: int = 0, is_new: bool = False, changed: Sequence[str] = ()
) -> Beginning:
    """Return how a run of two shards of two points begins."""
    history = History(_HEAD, cancelled=False, blocks={0: block or Block(0)})
    before = Description(_HEAD, Progress.of(history, 0.0), "here")
    return Beginning(before, is_new, queued, _EARLIER if changed else None, changed)


@pytest.mark.parametrize(
    ("beginning", "line"),
    [
        pytest.param(_beginning(is_new=True, queued=2), "starting toy-2: 4 points in 2 shards", id="new"),
        pytest.param(
            _beginning(is_new=True, queued=2, changed=["model.py"]),
            "starting toy-2: model.py has changed since toy-1",
            id="a file has changed",
        ),
        pytest.param(
            _beginning(is_new=True, queued=2, changed=["helper.py", "model.py"]),
            "starting toy-2: helper.py, model.py have changed since toy-1",
            id="files have changed",
        ),
        pytest.param(
            _beginning(Block(0, done=0b01), queued=1), "resuming toy-2: 2 of 4 points are done", id="half is done"
        ),
        pytest.param(
            _beginning(Block(0, done=0b11)),
            "reusing toy-2: all of it is done, and neither the sweep nor its target has changed since",
            id="all is done",
        ),
        pytest.param(
            _beginning(Block(0, done=0b01, errors={0: {1: 1}})),
            "reusing toy-2: 1 point has no value; --retry-failed evaluates what has none again",
            id="a point has no value",
        ),
        pytest.param(_beginning(), "not running toy-2: another process does", id="another process runs it"),
    ],
)
def test_a_run_says_how_it_begins(beginning: Beginning, line: str) -> None:
    """It names the sweep, and says why it is a new one, is gone on with, or is not run."""
    assert beginning_line(beginning) == line


@pytest.mark.parametrize(
    ("beginning", "line"),
    [
        pytest.param(
            _beginning(is_new=True, queued=2), "starting toy-2: 4 points in 2 shards, extending toy-1", id="new"
        ),
        pytest.param(
            _beginning(Block(0, done=0b01), queued=1),
            "resuming toy-2: 2 of 4 points are done, extending toy-1",
            id="half is done",
        ),
    ],
)
def test_a_run_says_which_sweep_it_extends(beginning: Beginning, line: str) -> None:
    """Where it runs anything."""
    assert beginning_line(replace(beginning, extends="toy-1")) == line


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        pytest.param(
            EngineCounts(done=16_000, failed=384, reused=4_096),
            "4,096 points were taken from toy-1, 12,288 evaluated",
            id="many",
        ),
        pytest.param(EngineCounts(done=1, reused=1), "1 point was taken from toy-1, 0 evaluated", id="one"),
    ],
)
def test_a_run_says_at_its_end_how_much_it_has_taken(counts: EngineCounts, line: str) -> None:
    """Points that were evaluated and raised are among the others."""
    assert extension_line("toy-1", counts) == line


def test_many_changed_files_do_not_fill_the_screen() -> None:
    """The list of them is cut."""
    line = beginning_line(_beginning(is_new=True, queued=2, changed=[f"module_{n}.py" for n in range(1000)]))
    assert len(line) < 300
    assert "..." in line


def test_a_sweep_that_takes_years_is_warned_of() -> None:
    """Even a target that does next to nothing would take more than a year; below that, there is no warning."""
    (note,) = endless_note(10**18, 1)
    assert note.startswith("note: 1,000,000,000,000,000,000 points take 316,881 years on this machine, even if")
    assert list(endless_note(10**13, 1))
    assert not list(endless_note(10**13, 10))
