"""The logs of runs in the background: one for each run, under the name of its sweep."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.local.run_log import RunLog, RunLogs
from domain.errors import DependencyUnavailable


def _written(folder: Path, sweep_id: str, text: bytes) -> str | None:
    """Write the log of a further run, and return which one the sweep has then."""
    log = RunLog(folder)
    log.begin(sweep_id)
    os.write(log.descriptor, text)
    log.end()
    os.close(log.descriptor)
    return RunLogs(folder)(sweep_id)


def test_each_run_has_a_log(tmp_path: Path) -> None:
    """That of an earlier run stays, and the last one is the sweep's; another sweep has its own."""
    assert RunLogs(tmp_path)("toy-0") is None
    assert _written(tmp_path, "toy-0", b"first") == str(tmp_path / "logs" / "toy-0.log")
    assert _written(tmp_path, "toy-0", b"second") == str(tmp_path / "logs" / "toy-0.2.log")
    assert _written(tmp_path, "toy-01", b"other") == str(tmp_path / "logs" / "toy-01.log")
    texts = [path.read_text() for path in RunLogs(tmp_path).of("toy-0")]
    assert texts == ["first", "second"]


def test_a_run_that_prints_nothing_leaves_no_log(tmp_path: Path) -> None:
    """Nor is the empty log of a run that goes on the sweep's."""
    assert _written(tmp_path, "toy-0", b"") is None
    log = RunLog(tmp_path)
    log.begin("toy-0")
    assert RunLogs(tmp_path)("toy-0") is None
    log.remove()
    os.close(log.descriptor)
    assert list((tmp_path / "logs").iterdir()) == []


def test_a_folder_that_takes_no_log_is_named(tmp_path: Path) -> None:
    """The run has not begun then."""
    (tmp_path / "logs").touch()
    with pytest.raises(DependencyUnavailable, match=f"cannot write to {tmp_path}"):
        RunLog(tmp_path)
