"""The bundle holds what the functions need, at the paths from which it is imported, and is the same every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from infra import bundle
from infra.bundle import ROOT, BundleError, Wheels

LOCK = ROOT / "requirements" / "lambda.lock"


def wheels(lock: Path = LOCK, architecture: str = "arm64", python: str = "3.13") -> Wheels:
    """Give a choice of wheels."""
    return Wheels(lock, architecture, python, ("s3",))


def content(folder: Path) -> dict[str, tuple[str, float]]:
    """Give every file's digest and time, by path."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in folder.rglob("*")
        if path.is_file()
    }


def installed(cache: Path, chosen: Wheels) -> None:
    """Put a small package where installed wheels lie, so that nothing is downloaded."""
    package = cache / chosen.digest / "some_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    """The same files give the same content and times, wherever they are built."""
    installed(tmp_path / "cache", wheels())
    for name in ("one", "two"):
        bundle.build(tmp_path / name, wheels(), (ROOT / "examples" / "projectile",), tmp_path / "cache")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_bundle_holds_rooms_targets_and_wheels_only(tmp_path: Path) -> None:
    """No test, no tool and no other example goes along."""
    installed(tmp_path / "cache", wheels())
    bundle.build(tmp_path / "made", wheels(), (ROOT / "examples" / "projectile",), tmp_path / "cache")
    assert {path.name for path in (tmp_path / "made").iterdir()} == {*bundle.ROOMS, "examples", "some_package"}
    assert {path.name for path in (tmp_path / "made" / "examples").iterdir()} == {"__init__.py", "projectile"}
    assert not list((tmp_path / "made").rglob("__pycache__"))


def test_folder_elsewhere_goes_under_its_own_name(tmp_path: Path) -> None:
    """A simulation kept outside the project is imported by its folder's name."""
    assert bundle.import_path(tmp_path / "pendulum") == Path("pendulum")
    assert bundle.import_path(ROOT / "examples" / "projectile") == Path("examples/projectile")


def test_missing_target_is_named(tmp_path: Path) -> None:
    """A wrong path is an error with the path in it, not an empty bundle."""
    with pytest.raises(BundleError, match="nowhere"):
        bundle.copy_sources(tmp_path / "made", (tmp_path / "nowhere",))


@pytest.mark.parametrize("other", [wheels(architecture="x86_64"), wheels(python="3.12")])
def test_other_platform_has_other_wheels(other: Wheels) -> None:
    """Wheels for one platform are never taken from the cache for another."""
    assert other.digest != wheels().digest


def test_other_lock_has_other_wheels(tmp_path: Path) -> None:
    """A changed lock file is installed anew."""
    lock = tmp_path / "lambda.lock"
    lock.write_text("six==1.17.0", encoding="utf-8")
    assert wheels(lock).digest != wheels().digest


def test_models_of_unused_services_go(tmp_path: Path) -> None:
    """Botocore's common files and the chosen services stay."""
    data = tmp_path / "botocore" / "data"
    for service in ("s3", "ec2"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").write_text("{}", encoding="utf-8")
    bundle.keep_services(tmp_path, ("s3",))
    assert {path.name for path in data.iterdir()} == {"s3", "endpoints.json"}


def test_size_counts_every_file(tmp_path: Path) -> None:
    """What is printed is the sum of the files, and what a zip of them takes."""
    (tmp_path / "zeros").write_bytes(bytes(100_000))
    plain, zipped = bundle.sizes(tmp_path)
    assert plain == 100_000
    assert zipped < 1_000


def test_the_second_of_two_builds_at_once_takes_the_firsts_wheels(tmp_path: Path) -> None:
    """Both install into scratch folders; whoever comes late keeps what is there."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name, encoding="utf-8")
        bundle.keep(tmp_path / name, tmp_path / "installed")
    assert (tmp_path / "installed" / "which").read_text(encoding="utf-8") == "first"


def test_wheels_that_cannot_be_kept_are_an_error(tmp_path: Path) -> None:
    """Only somebody else's finished folder is taken for one's own."""
    (tmp_path / "made").mkdir()
    with pytest.raises(OSError, match="nowhere"):
        bundle.keep(tmp_path / "made", tmp_path / "nowhere" / "installed")
