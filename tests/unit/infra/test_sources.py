"""Layers and targets are copied to their import paths, and no target may replace another package."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import bundle, sources
from infra.sources import LAYERS, ROOT, TargetFolderError
from infra.wheels import Wheels

INSTALLED = ("boto3", "pydantic", "six.py", "_speedups.cpython-313-aarch64-linux-gnu.so", "attrs-25.1.0.dist-info")
WHEELS = Wheels(ROOT / "requirements" / "lambda.lock", "arm64", "3.13", ("s3",))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Return a cache with empty folders in place of installed wheels, so that nothing is downloaded."""
    folder = tmp_path / "cache"
    for name in INSTALLED:
        (folder / WHEELS.digest / name).mkdir(parents=True)
    return folder


def target_folder(name: str, parent: Path) -> Path:
    """Make a target folder of this name outside the project, and return its path."""
    (parent / "users" / name).mkdir(parents=True)
    (parent / "users" / name / "__init__.py").touch()
    return parent / "users" / name


def test_folder_outside_the_project_is_imported_by_its_name(tmp_path: Path) -> None:
    """A folder outside the project has its own name as its import path, and one inside its path."""
    assert sources.import_path(tmp_path / "pendulum") == Path("pendulum")
    assert sources.import_path(ROOT / "examples" / "projectile") == Path("examples/projectile")


def test_missing_target_is_named(tmp_path: Path, cache: Path) -> None:
    """A missing folder raises an error with its path, and no empty bundle is made."""
    with pytest.raises(TargetFolderError, match="nowhere is no folder"):
        bundle.build(tmp_path / "made", WHEELS, (tmp_path / "nowhere",), cache)


@pytest.mark.parametrize("layer", LAYERS)
def test_target_with_the_name_of_a_layer_is_refused(tmp_path: Path, layer: str) -> None:
    """The target would overwrite the layer. The error precedes any installation."""
    target = target_folder(layer, tmp_path)
    with pytest.raises(TargetFolderError) as refused:
        bundle.build(tmp_path / "made", WHEELS, (target,), tmp_path / "empty")
    message = str(refused.value)
    assert str(target) in message
    assert f"{layer} is a package of this project" in message
    assert "another name" in message
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("inside", ["domain", "adapters/models", "entrypoints/../domain"])
def test_target_inside_a_layer_is_refused(inside: str) -> None:
    """The first part of the import path of a target must not be a layer."""
    with pytest.raises(TargetFolderError, match="is a package of this project"):
        sources.refuse_taken_names((ROOT / inside,), sources.OWNERS)


@pytest.mark.parametrize("name", ["boto3", "pydantic", "six", "_speedups"])
def test_target_with_the_name_of_an_installed_package_is_refused(tmp_path: Path, cache: Path, name: str) -> None:
    """The layers would import the target instead of the installed package or module."""
    with pytest.raises(TargetFolderError, match=f"{name} is a package that the bundle installs") as refused:
        bundle.build(tmp_path / "made", WHEELS, (target_folder(name, tmp_path),), cache)
    assert "another name" in str(refused.value)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("name", ["json", "random", "queue"])
def test_target_with_the_name_of_a_module_of_python_is_refused(tmp_path: Path, name: str) -> None:
    """Python on Lambda searches the bundle first, so every import of the module would find the target."""
    with pytest.raises(TargetFolderError, match=f"{name} is a module of Python's own"):
        bundle.build(tmp_path / "made", WHEELS, (target_folder(name, tmp_path),), tmp_path / "empty")


def test_project_itself_is_no_target(tmp_path: Path, cache: Path) -> None:
    """The folder of the project has no import path."""
    with pytest.raises(TargetFolderError, match="is the project itself"):
        bundle.build(tmp_path / "made", WHEELS, (ROOT,), cache)


@pytest.mark.parametrize("name", ["pendulum", "domains", "boto", "attrs"])
def test_target_with_another_name_is_accepted(tmp_path: Path, cache: Path, name: str) -> None:
    """A target may share a part of a name, or the name of a `dist-info` folder, which is never imported."""
    bundle.build(tmp_path / "made", WHEELS, (target_folder(name, tmp_path),), cache)
    assert (tmp_path / "made" / name / "__init__.py").is_file()
