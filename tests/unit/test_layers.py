"""A layer imports only layers below it, and `make layers` finds an import that breaks the rule."""

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
    """Return a folder with a copy of the layers and their contracts, to which a test adds a violation."""
    for layer in LAYERS:
        shutil.copytree(ROOT / layer, tmp_path / layer, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the check of `make layers` on this tree, and return its result."""
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def seed(tree: Path, module: str, line: str) -> None:
    """Write a new module to the tree that holds only `line`."""
    tree.joinpath(*module.split(".")).with_suffix(".py").write_text(f"{line}\n", encoding="utf-8")


def test_unchanged_layers_pass(tree: Path) -> None:
    """The unchanged copy passes, so the other tests fail only for the module that they add."""
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
def test_upward_import_is_found(tree: Path, module: str, imported: str) -> None:
    """For every pair of layers, an import of the upper one by the lower one breaks the contract."""
    seed(tree, module, f"import {imported}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "A layer imports only layers below it BROKEN" in checked.stdout
    assert f"{module} -> {imported}" in checked.stdout


@pytest.mark.parametrize("layer", ["domain", "application"])
def test_forbidden_libraries_are_found(tree: Path, layer: str) -> None:
    """Domain and application import no AWS, framework, clock, random source or environment: each is named."""
    services = ("boto3", "botocore", "pydantic", "tenacity", "dependency_injector")
    libraries = (*services, "os", "random", "secrets", "socket", "time")
    for library in libraries:
        seed(tree, f"{layer}.seeded_{library}", f"import {library}")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    for library in libraries:
        assert f"{layer}.seeded_{library} -> {library}" in checked.stdout


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from os import environ", id="a name of a library"),
        pytest.param("from os.path import exists", id="a module of a library"),
        pytest.param("def late() -> None:\n    import os", id="in a function"),
        pytest.param("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os", id="for types only"),
    ],
)
def test_forbidden_library_is_found_in_every_form(tree: Path, line: str) -> None:
    """The check finds an import of a part of a library, in a function, and for types only."""
    seed(tree, "domain.seeded", line)
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "domain.seeded -> os" in checked.stdout


@pytest.mark.parametrize("layer", ["adapters", "entrypoints"])
def test_dependency_injector_outside_the_containers_is_found(tree: Path, layer: str) -> None:
    """Only modules below entrypoints/containers/ may import dependency-injector."""
    seed(tree, f"{layer}.seeded", "from dependency_injector.wiring import inject")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "Only the containers know dependency-injector BROKEN" in checked.stdout


@pytest.mark.parametrize("layer", LAYERS)
def test_import_of_infra_is_found(tree: Path, layer: str) -> None:
    """No layer may import infra/, which neither the wheel nor the bundle holds."""
    seed(tree, f"{layer}.seeded", "from infra.schemas import request_schema")
    checked = lint_imports(tree)
    assert checked.returncode == 1
    assert "What runs does not import what only builds BROKEN" in checked.stdout


TECHNOLOGIES = ("api_gateway", "aws", "local", "report")


def test_import_of_another_technology_is_found(tree: Path) -> None:
    """A technology imports no other one. `documents` and `machine`, which they share, import none of them."""
    folders = (*TECHNOLOGIES, "documents", "machine")
    forbidden = {(folder, other) for folder in folders for other in TECHNOLOGIES if folder != other}
    for folder, other in forbidden:
        seed(tree, f"adapters.{folder}.seeded_{other}", f"import adapters.{other}")
    checked = lint_imports(tree)
    assert "A technology knows no other technology BROKEN" in checked.stdout
    missed = {(a, b) for a, b in forbidden if f"adapters.{a}.seeded_{b} -> adapters.{b}" not in checked.stdout}
    assert missed == set()


def test_a_loose_module_among_the_adapters_is_found(tree: Path) -> None:
    """A module directly below adapters/ breaks the contract: each belongs to a folder that the rule names."""
    seed(tree, "adapters.seeded", "import json")
    assert lint_imports(tree).returncode == 1


def test_no_test_imports_a_test() -> None:
    """Code that several tests share is in tests/fakes or in a suite, never in a test module."""
    importing = re.compile(r"^\s*(?:from|import) (?:tests[\w.]*\.)test_\w+", re.MULTILINE)
    scripts = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/**/*.py")]
    assert [path.name for path in scripts if importing.search(path.read_text(encoding="utf-8"))] == []
