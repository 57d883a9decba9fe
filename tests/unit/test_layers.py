"""The layers import only downwards, and the check that says so would notice if they did not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_python
ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "adapters", "entrypoints")
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the layers and their contracts to where a violation may be seeded."""
    for layer in LAYERS:
        shutil.copytree(ROOT / layer, tmp_path / layer, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the check that `make layers` runs, over this tree."""
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def seed(tree: Path, module: str, line: str) -> None:
    """Return the tree one more module, `module`, that holds nothing but `line`."""
    tree.joinpath(*module.split(".")).with_suffix(".py").write_text(f"{line}\n", encoding="utf-8")


def test_layers_as_they_are_pass(tree: Path) -> None:
    """The copy passes, so that what fails in the other tests is the seed."""
    checked = lint_imports(tree)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("domain.seeded", "application.ports.ledger"),
        ("domain.seeded", "adapters.local.sqlite_ledger"),
        ("domain.seeded", "entrypoints.cli.app"),
        ("application.seeded", "adapters.local.sqlite_ledger"),
        ("application.seeded", "entrypoints.cli.app"),
        ("adapters.seeded", "entrypoints.cli.app"),
    ],
)
def test_upward_import_is_noticed(tree: Path, module: str, imported: str) -> None:
    """Every pair of layers, the wrong way round, breaks the layers."""
    seed(tree, module, f"import {imported}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "A layer imports only layers below it BROKEN" in checked.stdout
    assert f"{module} -> {imported}" in checked.stdout


@pytest.mark.parametrize("layer", ["domain", "application"])
@pytest.mark.parametrize(
    "library",
    ["boto3", "botocore", "pydantic", "tenacity", "dependency_injector", "os", "random", "secrets", "socket", "time"],
)
def test_forbidden_library_is_noticed(tree: Path, layer: str, library: str) -> None:
    """No AWS, no framework, no clock, no random source and no environment in the two inner layers."""
    seed(tree, f"{layer}.seeded", f"import {library}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert f"{layer}.seeded -> {library}" in checked.stdout


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


@pytest.mark.parametrize("layer", ["adapters", "entrypoints"])
def test_second_place_that_knows_the_container_is_noticed(tree: Path, layer: str) -> None:
    """dependency-injector is imported below entrypoints/containers/ alone."""
    seed(tree, f"{layer}.seeded", "from dependency_injector.wiring import inject")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "Only the containers know dependency-injector BROKEN" in checked.stdout


@pytest.mark.parametrize("layer", LAYERS)
def test_import_of_what_only_builds_is_noticed(tree: Path, layer: str) -> None:
    """Neither the wheel nor a bundle holds infra/, so nothing in them can import it."""
    seed(tree, f"{layer}.seeded", "from infra.schemas import request_schema")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "What runs does not import what only builds BROKEN" in checked.stdout


TECHNOLOGIES = ("api_gateway", "aws", "local", "report")


def test_a_technology_that_knows_another_is_noticed(tree: Path) -> None:
    """What two of them need stands below them, in `documents` or `machine`, which know none of them either."""
    folders = (*TECHNOLOGIES, "documents", "machine")
    wrong = {(folder, other) for folder in folders for other in TECHNOLOGIES if folder != other}
    for folder, other in wrong:
        seed(tree, f"adapters.{folder}.seeded_{other}", f"import adapters.{other}")
    checked = lint_imports(tree)
    assert "A technology knows no other technology BROKEN" in checked.stdout
    missed = {one for one in wrong if f"adapters.{one[0]}.seeded_{one[1]} -> adapters.{one[1]}" not in checked.stdout}
    assert missed == set()


def test_a_loose_module_among_the_adapters_is_noticed(tree: Path) -> None:
    """Every module of the adapters belongs to a folder that the rule names."""
    seed(tree, "adapters.seeded", "import json")
    assert lint_imports(tree).returncode == 1


def test_no_test_imports_a_test() -> None:
    """What several tests need stands in tests/fakes, or in a suite that says so by its name."""
    importing = re.compile(r"^\s*(?:from|import) (?:tests[\w.]*\.)test_\w+", re.MULTILINE)
    scripts = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/*.py")]
    assert [path.name for path in scripts if importing.search(path.read_text(encoding="utf-8"))] == []
