"""Where the workers of a call look for modules first."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest

from entrypoints.python_api.import_paths import import_paths


def test_workers_import_what_the_program_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is the current folder, the sweep file's, and what is on the path; a worker has Python's folders itself."""
    own = [tmp_path / name for name in ("here", "files", "added")]
    for folder in own:
        folder.mkdir()
    here, files, added = map(os.fspath, own)
    monkeypatch.chdir(here)
    installed = tmp_path / "env" / "site-packages"
    installed.mkdir(parents=True)
    pythons = [sysconfig.get_path("stdlib"), os.fspath(installed), os.fspath(tmp_path / "missing"), "code.zip"]
    monkeypatch.setattr(sys, "path", ["", added, *pythons, here])
    assert import_paths(Path("../files/sweep.yaml")) == [here, files, added]
    assert import_paths(None) == [here, added]
