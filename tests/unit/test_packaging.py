"""What is installed is ours, and what is built holds the four layers and nothing else."""

from __future__ import annotations

import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "adapters", "entrypoints")


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_resolves_to_ours_from_another_folder(layer: str, tmp_path: Path) -> None:
    """All four names exist on the package index: the installed one must be this project's."""
    # -I: neither the current folder nor PYTHONPATH may help.
    command = [sys.executable, "-I", "-c", f"import {layer}; print({layer}.__file__)"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()) == ROOT / layer / "__init__.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Build the wheel, offline."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_wheel_holds_the_four_layers_and_nothing_else(wheel: ZipFile) -> None:
    """No tests, no examples, no infrastructure; and each layer tells type checkers that it is typed."""
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(LAYERS)
    assert {f"{layer}/py.typed" for layer in LAYERS} <= set(names)


def test_wheel_holds_nothing_that_only_builds(wheel: ZipFile) -> None:
    """The schemas and the template are made with infra/, which stays in the project."""
    paths = [Path(name) for name in wheel.namelist()]
    assert not [path for path in paths if "infra" in path.parts]
    assert not [path for path in paths if path.suffix in {".yaml", ".json"}]
    assert not {path.stem for path in paths} & {"schema", "schemas", "write_schemas", "gateway_model", "template_file"}


def test_wheel_can_not_be_uploaded_by_accident(wheel: ZipFile) -> None:
    """The package index refuses whatever carries a classifier that begins with `Private ::`."""
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(wheel.read(path).decode())
    assert "Private :: Do Not Upload" in metadata.get_all("Classifier", [])


def test_wheel_brings_the_command(wheel: ZipFile) -> None:
    """`sweep` is there once the project is installed."""
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "sweep = entrypoints.cli.command:main" in wheel.read(path).decode()
