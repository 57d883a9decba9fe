"""Setting shards of a folder back: just the damaged ones, not while the sweep runs, and whole again after a run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.folder_upkeep import FolderUpkeep
from adapters.local.sqlite_ledger import SqliteLedger
from application.ports.upkeep import Upkeep
from domain.errors import DependencyUnavailable, SweepConflict
from domain.reasons import Reason
from domain.standing import Redo
from domain.sweep import ShardFailed
from entrypoints.containers.folder import ledger_file, presences
from tests.fakes.clock import HandClock
from tests.fakes.folders import run_in
from tests.fakes.sweeps import sweep_of

SWEEP = sweep_of(12, 4)


def target(x: int) -> int:
    """Raise at two points of shard 2."""
    if x in {6, 7}:
        raise ValueError("no")
    return x


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Return the folder of the results of a sweep that has been run; shard 2 has errors."""
    return run_in(tmp_path, SWEEP, target)


@pytest.fixture
def upkeep(tmp_path: Path, results: Path) -> Iterator[Upkeep]:
    """Yield the upkeep of the same folder."""
    with closing(ledger_file(tmp_path)) as file:
        yield FolderUpkeep(DirectoryResultStore(tmp_path), file, presences(tmp_path).has)


def _path(results: Path, shard: int) -> Path:
    return results / f"{shard:08d}.jsonl.gz"


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _to_run(folder: Path) -> list[tuple[int, int]]:
    """Return the shards that the same command would run, with their generations."""
    with closing(SqliteLedger(folder, HandClock())) as ledger:
        blocks = ledger.history(SWEEP.id)
        return [(one.number, one.generation) for block in blocks for one in block.runs(SWEEP.plan, Redo.NOTHING, 0.0)]


def test_shards_that_are_set_back_are_run_anew(upkeep: Upkeep, results: Path, tmp_path: Path) -> None:
    """A damaged shard, one with errors and a missing one: each is whole again after the next run; others stay."""
    untouched = _path(results, 1).stat()
    before = {shard: _path(results, shard).read_bytes() for shard in range(4)}
    _path(results, 0).write_bytes(b"damaged")
    _path(results, 3).unlink()
    versions = {0: _version(_path(results, 0)), 2: _version(_path(results, 2)), 3: None}
    assert upkeep.set_back(SWEEP.id, versions) == 3
    assert not any(_path(results, shard).exists() for shard in versions)
    assert _to_run(tmp_path) == [(0, 0), (2, 0), (3, 0)]
    run_in(tmp_path, SWEEP, target)
    assert {shard: _path(results, shard).read_bytes() for shard in range(4)} == before
    assert _path(results, 1).stat() == untouched
    assert _to_run(tmp_path) == []


def test_a_shard_that_has_another_version_by_now_stays(upkeep: Upkeep, results: Path, tmp_path: Path) -> None:
    """Another command may have repaired it since it was found damaged, or missing."""
    assert upkeep.set_back(SWEEP.id, {0: _version(_path(results, 1)), 1: None}) == 0
    assert _to_run(tmp_path) == []
    assert _path(results, 0).exists()


def test_a_shard_of_which_nothing_is_known_is_not_counted(tmp_path: Path) -> None:
    """It has not run yet, so that nothing has to be set back; a file that the ledger does not know is removed."""
    results = run_in(tmp_path, SWEEP, target, [])
    with closing(ledger_file(tmp_path)) as file:
        upkeep = FolderUpkeep(DirectoryResultStore(tmp_path), file, presences(tmp_path).has)
        assert upkeep.set_back(SWEEP.id, {0: None}) == 0
        results.mkdir(parents=True)
        _path(results, 1).write_bytes(b"damaged")
        assert upkeep.set_back(SWEEP.id, {0: None, 1: _version(_path(results, 1))}) == 1
    assert list(results.iterdir()) == []


def test_a_failure_of_the_shard_stays(upkeep: Upkeep, results: Path, tmp_path: Path) -> None:
    """Why a later run ended without results is still to be told; the damaged results of the earlier one are gone."""
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        ledger.mark_failed(SWEEP.id, ShardFailed(2, Reason.WORKER_DIED, "killed", generation=1))
        assert upkeep.set_back(SWEEP.id, {2: _version(_path(results, 2))}) == 1
        assert list(ledger.ends(SWEEP.id, [2])) == [ShardFailed(2, Reason.WORKER_DIED, "killed", generation=1)]


def test_nothing_is_set_back_while_a_process_runs_the_sweep(upkeep: Upkeep, results: Path, tmp_path: Path) -> None:
    """A claim of a living process keeps the results; afterwards they can be set back."""
    version = _version(_path(results, 0))
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        assert ledger.claim(SWEEP.id, 0, "owner", 60)
        with pytest.raises(SweepConflict, match="a process is running demo-000000000001"):
            upkeep.set_back(SWEEP.id, {0: version})
        assert _path(results, 0).exists()
    assert upkeep.set_back(SWEEP.id, {0: version}) == 1


def test_an_interrupted_call_can_be_repeated(
    upkeep: Upkeep, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed between file and ledger leaves a missing object, which is set back like any other."""

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("adapters.local.folder_upkeep._forget", killed)
        with pytest.raises(KeyboardInterrupt):
            upkeep.set_back(SWEEP.id, {0: _version(_path(results, 0))})
    assert not _path(results, 0).exists()
    assert _to_run(tmp_path) == []
    assert upkeep.set_back(SWEEP.id, {0: None}) == 1
    assert _to_run(tmp_path) == [(0, 0)]


def test_names_that_are_no_result_object_are_told(upkeep: Upkeep, results: Path) -> None:
    """Drafts are left out: workers write them, or left them when they were killed."""
    for name in ("notes.txt", "0.jsonl.gz", ".00000000.jsonl.gz.0123.tmp", "copy"):
        (results / name).touch()
    assert upkeep.others(SWEEP.id) == ["0.jsonl.gz", "copy", "notes.txt"]
    assert upkeep.others("absent") == []


def test_a_folder_that_cannot_be_read_is_named(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller gets `DependencyUnavailable`."""

    def denied(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(DependencyUnavailable, match="results: Permission denied"):
        upkeep.others(SWEEP.id)
