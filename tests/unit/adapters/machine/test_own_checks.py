"""What a check-up finds on this machine."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from collections import namedtuple
from collections.abc import Iterable
from pathlib import Path

import pytest

from adapters.machine.own_checks import check_extras, check_folder, check_python
from application.check_up import Finding, Verdict

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


def _failed(findings: Iterable[Finding]) -> list[str]:
    return [finding.says for finding in findings if finding.verdict is Verdict.FAILED and finding.remedy]


def test_this_machine_is_fit(tmp_path: Path) -> None:
    """The tests run where everything is installed."""
    found = [*check_python(), *check_extras(), *check_folder(tmp_path / "not" / "there")]
    assert {finding.verdict for finding in found} == {Verdict.OK}
    assert list(tmp_path.iterdir()) == []


def test_an_old_python_or_another_system_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy says what is needed."""
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    assert len(_failed(check_python())) == 1
    monkeypatch.undo()
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert len(_failed(check_python())) == 1


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the command line has failed; one of frames is only not there."""
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in {"duckdb", "polars"} else known(name))
    cli, frames = check_extras()
    assert (cli.verdict, cli.says, cli.remedy) == (
        Verdict.FAILED,
        "duckdb not installed",
        'pip install "serverless-sweep[cli]"',
    )
    assert (frames.verdict, frames.says) == (Verdict.UNKNOWN, "polars not installed")


def test_a_folder_that_cannot_be_written_has_failed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So has a disk that is almost full; both have a remedy."""
    assert len(_failed(check_folder(Path("/proc/nowhere")))) == 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 5_000_000))
    assert _failed(check_folder(tmp_path)) == ["0.0 GB free"]
