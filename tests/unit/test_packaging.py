"""The installed packages are those of this project, and the wheel holds only these: the four layers and the API."""

from __future__ import annotations

import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "adapters", "entrypoints")
PACKAGES = (*LAYERS, "serverless_sweep")


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_resolves_to_this_project_from_another_folder(layer: str, tmp_path: Path) -> None:
    """The four names exist on the package index too, so the imported one must be that of this project."""
    # -I: else Python would search the current folder and PYTHONPATH too.
    command = [sys.executable, "-I", "-c", f"import {layer}; print({layer}.__file__)"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()) == ROOT / layer / "__init__.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Return the wheel, which is built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_wheel_holds_the_packages_and_nothing_else(wheel: ZipFile) -> None:
    """The wheel holds no tests, no examples and no infrastructure. Each package is marked as typed."""
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    assert {f"{layer}/py.typed" for layer in PACKAGES} <= set(names)


def test_wheel_holds_nothing_that_only_builds(wheel: ZipFile) -> None:
    """The wheel holds neither infra/ nor the schemas and the template that it makes."""
    paths = [Path(name) for name in wheel.namelist()]
    assert not [path for path in paths if "infra" in path.parts]
    assert not [path for path in paths if path.suffix in {".yaml", ".json"}]
    assert not {path.stem for path in paths} & {"schema", "schemas", "write_schemas", "gateway_model", "template_file"}


def test_wheel_cannot_be_uploaded_by_accident(wheel: ZipFile) -> None:
    """The package index refuses a wheel with a classifier that begins with `Private ::`."""
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(wheel.read(path).decode())
    assert "Private :: Do Not Upload" in metadata.get_all("Classifier", [])


def test_wheel_has_the_command(wheel: ZipFile) -> None:
    """An installation of the wheel has the command `sweep`."""
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "sweep = entrypoints.cli.command:main" in wheel.read(path).decode()
