"""The layers and the targets go to the paths from which they are imported, and no target takes the place of another."""

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
    """Return a cache that holds stand-ins for installed wheels, so that nothing is downloaded."""
    folder = tmp_path / "cache"
    for name in INSTALLED:
        (folder / WHEELS.digest / name).mkdir(parents=True)
    return folder


def folder_called(name: str, place: Path) -> Path:
    """Make a target folder outside the project."""
    (place / "users" / name).mkdir(parents=True)
    (place / "users" / name / "__init__.py").touch()
    return place / "users" / name


def test_folder_elsewhere_goes_under_its_own_name(tmp_path: Path) -> None:
    """A simulation kept outside the project is imported by its folder's name."""
    assert sources.import_path(tmp_path / "pendulum") == Path("pendulum")
    assert sources.import_path(ROOT / "examples" / "projectile") == Path("examples/projectile")


def test_missing_target_is_named(tmp_path: Path, cache: Path) -> None:
    """A wrong path is an error with the path in it, not an empty bundle."""
    with pytest.raises(TargetFolderError, match="nowhere is no folder"):
        bundle.build(tmp_path / "made", WHEELS, (tmp_path / "nowhere",), cache)


@pytest.mark.parametrize("layer", LAYERS)
def test_target_called_like_a_layer_is_refused(tmp_path: Path, layer: str) -> None:
    """A user's folder would overwrite the package that runs it; nothing is installed before that is said."""
    target = folder_called(layer, tmp_path)
    with pytest.raises(TargetFolderError) as refused:
        bundle.build(tmp_path / "made", WHEELS, (target,), tmp_path / "empty")
    said = str(refused.value)
    assert str(target) in said
    assert f"{layer} is a package of this project" in said
    assert "another name" in said
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("inside", ["domain", "adapters/models", "entrypoints/../domain"])
def test_target_inside_a_layer_is_refused(inside: str) -> None:
    """What counts is the first part of the path from which a folder is imported."""
    with pytest.raises(TargetFolderError, match="is a package of this project"):
        sources.refuse_taken_names((ROOT / inside,), sources.OWNERS)


@pytest.mark.parametrize("name", ["boto3", "pydantic", "six", "_speedups"])
def test_target_called_like_an_installed_package_is_refused(tmp_path: Path, cache: Path, name: str) -> None:
    """The layers would import the user's folder in its place; a package and a module of one file are both taken."""
    with pytest.raises(TargetFolderError, match=f"{name} is a package that the bundle installs") as refused:
        bundle.build(tmp_path / "made", WHEELS, (folder_called(name, tmp_path),), cache)
    assert "another name" in str(refused.value)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("name", ["json", "random", "queue"])
def test_target_called_like_a_module_of_python_is_refused(tmp_path: Path, name: str) -> None:
    """Lambda looks into the bundle first, so that every import of the module would find the user's folder."""
    with pytest.raises(TargetFolderError, match=f"{name} is a module of Python's own"):
        bundle.build(tmp_path / "made", WHEELS, (folder_called(name, tmp_path),), tmp_path / "empty")


def test_project_itself_is_no_target(tmp_path: Path, cache: Path) -> None:
    """It has no name from which it could be imported."""
    with pytest.raises(TargetFolderError, match="is the project itself"):
        bundle.build(tmp_path / "made", WHEELS, (ROOT,), cache)


@pytest.mark.parametrize("name", ["pendulum", "domains", "boto", "attrs"])
def test_other_names_are_free(tmp_path: Path, cache: Path, name: str) -> None:
    """Only a whole name is taken, and only one that is imported: a package's notes have none."""
    bundle.build(tmp_path / "made", WHEELS, (folder_called(name, tmp_path),), cache)
    assert (tmp_path / "made" / name / "__init__.py").is_file()
