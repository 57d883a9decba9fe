"""The rooms import only downwards, and the check that says so would notice if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_python
ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "application", "adapters", "entrypoints")
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the rooms and their contracts to where a violation may be seeded."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the check that `make layers` runs, over this tree."""
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def seed(tree: Path, module: str, line: str) -> None:
    """Give the tree one more module, `module`, that holds nothing but `line`."""
    tree.joinpath(*module.split(".")).with_suffix(".py").write_text(f"{line}\n", encoding="utf-8")


def test_rooms_as_they_are_pass(tree: Path) -> None:
    """The copy passes, so that what fails in the other tests is the seed."""
    checked = lint_imports(tree)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("domain.seeded", "application.ports"),
        ("domain.seeded", "adapters.sqlite_ledger"),
        ("domain.seeded", "entrypoints.cli"),
        ("application.seeded", "adapters.sqlite_ledger"),
        ("application.seeded", "entrypoints.cli"),
        ("adapters.seeded", "entrypoints.cli"),
    ],
)
def test_upward_import_is_noticed(tree: Path, module: str, imported: str) -> None:
    """Every pair of rooms, the wrong way round, breaks the layers."""
    seed(tree, module, f"import {imported}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "A room imports only rooms below it BROKEN" in checked.stdout
    assert f"{module} -> {imported}" in checked.stdout


@pytest.mark.parametrize("room", ["domain", "application"])
@pytest.mark.parametrize(
    "library",
    ["boto3", "botocore", "pydantic", "tenacity", "dependency_injector", "os", "random", "secrets", "socket", "time"],
)
def test_forbidden_library_is_noticed(tree: Path, room: str, library: str) -> None:
    """No AWS, no framework, no clock, no random source and no environment in the two inner rooms."""
    seed(tree, f"{room}.seeded", f"import {library}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert f"{room}.seeded -> {library}" in checked.stdout


@pytest.mark.parametrize(
    "line",
    [
        "from os import environ",
        "from os.path import exists",
        "def late() -> None:\n    import os",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os",
    ],
)
def test_forbidden_library_is_noticed_in_every_form(tree: Path, line: str) -> None:
    """Neither a part of a library, nor a late import, nor one for types alone slips through."""
    seed(tree, "domain.seeded", line)
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "domain.seeded -> os" in checked.stdout


@pytest.mark.parametrize("room", ["adapters", "entrypoints"])
def test_second_place_that_knows_the_container_is_noticed(tree: Path, room: str) -> None:
    """dependency-injector is imported by entrypoints/container.py alone."""
    seed(tree, f"{room}.seeded", "from dependency_injector.wiring import inject")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "Only the container knows dependency-injector BROKEN" in checked.stdout
