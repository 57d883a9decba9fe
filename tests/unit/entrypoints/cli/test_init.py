"""A new project: it runs, its test passes, and it can be deployed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.documents.sweep_file import read_sweep_file
from domain.errors import InvalidSweep
from entrypoints.cli.init import init


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a new project."""
    init(tmp_path / "throw")
    return tmp_path / "throw"


def test_its_sweep_names_its_function(project: Path) -> None:
    """255 points of a function with these keywords."""
    request = read_sweep_file(project / "sweep.yaml")
    assert (request.target, request.plan.size) == ("throw.model:simulate", 255)
    assert set(request.keywords) == {"angle", "speed", "gravity"}


def test_its_own_test_passes(project: Path) -> None:
    """As its README says: `python -m pytest`."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["domain", "json", "My-Model", "2fast", "serverless_sweep"])
def test_a_name_that_python_could_not_import_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written."""
    with pytest.raises(InvalidSweep, match="NAME"):
        init(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_stays_as_it_is(project: Path) -> None:
    """A second call changes nothing."""
    (project / "sweep.yaml").write_text("mine")
    with pytest.raises(InvalidSweep, match="is not empty"):
        init(project)
    assert (project / "sweep.yaml").read_text() == "mine"
