"""The same wheels are installed once, for one platform, and without what no function needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import wheels
from infra.sources import ROOT
from infra.wheels import Wheels

LOCK = ROOT / "requirements" / "lambda.lock"


def chosen(lock: Path = LOCK, architecture: str = "arm64", python: str = "3.13") -> Wheels:
    """Return a choice of wheels."""
    return Wheels(lock, architecture, python, ("s3",))


@pytest.mark.parametrize("other", [chosen(architecture="x86_64"), chosen(python="3.12")])
def test_other_platform_has_other_wheels(other: Wheels) -> None:
    """Wheels for one platform are never taken from the cache for another."""
    assert other.digest != chosen().digest


def test_other_lock_has_other_wheels(tmp_path: Path) -> None:
    """A changed lock file is installed anew."""
    lock = tmp_path / "lambda.lock"
    lock.write_text("six==1.17.0", encoding="utf-8")
    assert chosen(lock).digest != chosen().digest


def test_names_are_those_of_packages_and_modules(tmp_path: Path) -> None:
    """A package, a module of one file, a compiled one; what pip notes about a package is not imported."""
    for name in ("boto3", "six.py", "_speedups.cpython-313-aarch64-linux-gnu.so", "attrs-25.1.0.dist-info"):
        (tmp_path / name).mkdir()
    assert wheels.import_names(tmp_path) == {"boto3", "six", "_speedups"}


def test_models_of_unused_services_go(tmp_path: Path) -> None:
    """Botocore's common files and the chosen services stay."""
    data = tmp_path / "botocore" / "data"
    for service in ("s3", "ec2"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").write_text("{}", encoding="utf-8")
    wheels.keep_services(tmp_path, ("s3",))
    assert {path.name for path in data.iterdir()} == {"s3", "endpoints.json"}


def test_the_second_of_two_builds_at_once_takes_the_firsts_wheels(tmp_path: Path) -> None:
    """Both install into scratch folders; the later build keeps what is there."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name, encoding="utf-8")
        wheels.keep(tmp_path / name, tmp_path / "installed")
    assert (tmp_path / "installed" / "which").read_text(encoding="utf-8") == "first"


def test_wheels_that_cannot_be_kept_are_an_error(tmp_path: Path) -> None:
    """Only a finished folder stands in for the one that could not be renamed."""
    (tmp_path / "made").mkdir()
    with pytest.raises(OSError, match="nowhere"):
        wheels.keep(tmp_path / "made", tmp_path / "nowhere" / "installed")
