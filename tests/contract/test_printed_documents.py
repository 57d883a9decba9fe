"""What commands print with `--json` fits the published schemas, in every state of a sweep."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import ValidationError

from adapters.local.directory_results import DirectoryResultStore
from adapters.machine.key_files import KeyFiles
from application.find_sweep import FindSweep
from application.place import Place
from application.submit_once import SubmitOnce
from domain.reasons import Reason
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed
from entrypoints.cli.asked import Asked
from entrypoints.cli.listing import list_sweeps
from entrypoints.cli.orders import cancel, retry, submit
from entrypoints.cli.plan import plan
from entrypoints.cli.status import status
from entrypoints.cli.watch import watch
from tests.fakes.desk import LIFETIME, Desk
from tests.fakes.published import check_printed
from tests.fakes.runs import MemoryRuns

FILE = """
name: lab
target: toy:f
parameters:
  x: {range: {start: 0, stop: 8}}
  text: ["%s", null]
constants: {deep: {list: [1, 2.5]}}
sharding: {shards: 4}
""" % ("a" * 300)


@pytest.fixture
def desk() -> Desk:
    """Return the use cases over ports in memory."""
    return Desk()


@pytest.fixture
def place(desk: Desk, tmp_path: Path) -> Place:
    """Return the place of the desk's sweeps."""
    find, once = FindSweep(desk.sweeps, MemoryRuns()), SubmitOnce(desk.sweeps.submit, KeyFiles(tmp_path / "keys"))
    return Place("memory", (), desk.sweeps, once, find, DirectoryResultStore(tmp_path))


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Return what a command line says that names the file."""
    file = tmp_path / "sweep.yaml"
    file.write_text(FILE, encoding="utf-8")
    return Asked(str(file))


def worked(desk: Desk, sweep_id: str) -> None:
    """Let a shard be done, one have errors, one have failed and one run."""
    places = ("lab/model.py:7 solve",)
    kinds = (ErrorKind(PointError(4, "ValueError", "no root", places), 1),)
    desk.ledger.mark_done(sweep_id, ShardDone(0, 4))
    desk.ledger.mark_done(sweep_id, ShardDone(1, 3, 1, kinds))
    desk.ledger.mark_failed(sweep_id, ShardFailed(2, Reason.WORKER_DIED, "killed", 3))


def test_a_plan(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """Also with a shard and a point."""
    plan(asked, shard=None, point=None, as_json=True)
    assert check_printed("plan", capsys.readouterr().out)["shards"] == 4
    plan(asked, shard=3, point=15, as_json=True)
    assert check_printed("plan", capsys.readouterr().out)["shard"] == {"number": 3, "start": 12, "stop": 16}


def test_the_orders(desk: Desk, place: Place, asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """A submission, a retry, and a cancellation that stops something and one that does not."""
    submit(asked, place, wait=False, as_json=True)
    sweep_id = check_printed("submission", capsys.readouterr().out)["sweep_id"]
    worked(desk, sweep_id)
    retry(sweep_id, place, wait=False, as_json=True)
    assert check_printed("submission", capsys.readouterr().out)["dispatch"]["accepted"] == 4
    for stopped in (True, False):
        cancel(sweep_id, place, as_json=True)
        assert check_printed("cancellation", capsys.readouterr().out)["stopped"] is stopped


def test_the_questions(desk: Desk, place: Place, asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    """A status and a list while shards run, and what is watched to its end, where a shard is overdue."""
    submit(asked, place, wait=False, as_json=True)
    sweep_id = check_printed("submission", capsys.readouterr().out)["sweep_id"]
    worked(desk, sweep_id)
    status(sweep_id, place, as_json=True)
    document = check_printed("status", capsys.readouterr().out)
    assert (document["running"], len(document["failures"]), len(document["oldest_running"])) == (1, 2, 1)
    list_sweeps(place, as_json=True)
    assert len(check_printed("sweeps", capsys.readouterr().out)["sweeps"]) == 1
    desk.clock.time += LIFETIME + 1
    watch(sweep_id, place, as_json=True)
    assert check_printed("status", capsys.readouterr().out)["overdue"] == 1


def test_a_member_that_is_not_published_is_found() -> None:
    """The check refuses what a schema does not have, also within a part."""
    with pytest.raises(ValidationError, match="'more' was unexpected"):
        check_printed("sweeps", '{"sweeps": [], "more": 1}')
