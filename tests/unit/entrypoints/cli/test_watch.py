"""`sweep watch` without a terminal: lines, the status, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest

from application.find_sweep import FindSweep
from application.place import Place
from application.submit_once import SubmitOnce
from domain.dispatch_policy import no_deadline
from domain.errors import SweepNotFound
from domain.sweep import ShardDone
from entrypoints.cli import watch as command
from entrypoints.cli.exit_codes import ExitCode
from tests.fakes.desk import Desk
from tests.fakes.runs import MemoryRuns
from tests.fakes.sweeps import sweep_of


class _NoKeys:
    def begin(self, digest: str) -> str:
        return digest

    def end(self, digest: str) -> None:
        """Keep nothing."""


class _NoFiles:
    def fetch(self, *_: object) -> list[str]:
        return []


@pytest.fixture
def desk() -> Desk:
    """Return the use cases with a sweep of 8 points in 4 shards, all of which run."""
    desk = Desk()
    desk.submit(sweep_of(8, 4).request, "key", no_deadline)
    return desk


@pytest.fixture
def place(desk: Desk) -> Place:
    """Return a place with the desk's sweeps."""
    find = FindSweep(desk.sweeps, MemoryRuns())
    return Place("the desk", ("--out", "the desk"), desk.sweeps, SubmitOnce(desk.submit, _NoKeys()), find, _NoFiles())


def sleeping(monkeypatch: pytest.MonkeyPatch, sleep: Callable[[float], None]) -> None:
    """Have the command sleep by this function."""
    monkeypatch.setattr("time.sleep", sleep)


def ending(desk: Desk, errors: int) -> Callable[[float], None]:
    """Return a sleep in which every shard ends, the last one with so many errors."""

    def sleep(_: float) -> None:
        sweep_id = desk.ledger.heads(1).heads[0].id
        for shard in range(4):
            lacking = errors if shard == 3 else 0
            desk.ledger.mark_done(sweep_id, ShardDone(shard, 2 - lacking, lacking))

    return sleep


@pytest.mark.parametrize(
    ("errors", "code", "state"),
    [pytest.param(0, ExitCode.OK, "done", id="done"), pytest.param(1, ExitCode.FAILURES, "done with errors", id="not")],
)
def test_a_watch_ends_with_the_sweep(
    desk: Desk,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    errors: int,
    code: ExitCode,
    state: str,
) -> None:
    """There is a line at once and one at the end, then the status; the exit code is that of the sweep."""
    sleeping(monkeypatch, ending(desk, errors))
    assert command.watch("demo", place, as_json=False) is code
    output = capsys.readouterr()
    lines = output.out.splitlines()
    sweep_id = desk.ledger.heads(1).heads[0].id
    assert lines[0] == f"{sweep_id}: running, 0 of 8 points (0 %), 0 failed"
    assert lines[1].startswith(f"{sweep_id}: {state}, 8 of 8 points (100 %), {errors} failed, ")
    assert lines[2].startswith(f"{sweep_id}: done")
    assert lines[3].startswith("points:  ")
    assert output.err == ""


def test_json_is_one_document(
    desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output has the status at the end and nothing else; the lines are on standard error."""
    sleeping(monkeypatch, ending(desk, 0))
    assert command.watch("latest", place, as_json=True) is ExitCode.OK
    output = capsys.readouterr()
    assert json.loads(output.out)["state"] == "done"
    assert len(output.out.splitlines()) == 1
    assert [line.split(", ")[0].split(": ")[1] for line in output.err.splitlines()] == ["running", "done"]


def test_ctrl_c_leaves_the_sweep_running(
    desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and how to watch it again."""

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    sleeping(monkeypatch, sleep)
    assert command.watch("demo", place, as_json=False) is ExitCode.INTERRUPTED
    sweep_id = desk.ledger.heads(1).heads[0].id
    assert capsys.readouterr().err == (
        f"No longer watching. The sweep goes on; watch it again with:\n  sweep watch {sweep_id} --out 'the desk'\n"
    )


def test_a_sweep_that_is_removed_meanwhile_ends_the_watch(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is that of every other command."""
    gone = SweepNotFound("demo-x")

    def follow(*_: object) -> NoReturn:
        raise gone

    with pytest.raises(SweepNotFound):
        command.watch_sweep("demo-x", replace(place, sweeps=replace(place.sweeps, follow=follow)), as_json=False)
