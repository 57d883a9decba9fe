"""Wheels are installed once for each lock file and platform, without the files that no function needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import wheels
from infra.sources import ROOT
from infra.wheels import Wheels

LOCK = ROOT / "requirements" / "lambda.lock"


def wheels_of(lock: Path = LOCK, architecture: str = "arm64", python: str = "3.13") -> Wheels:
    """Return the wheels of this lock file, architecture and Python, with the data of S3."""
    return Wheels(lock, architecture, python, ("s3",))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(wheels_of(architecture="x86_64"), id="another architecture"),
        pytest.param(wheels_of(python="3.12"), id="another Python"),
    ],
)
def test_other_platform_has_other_wheels(other: Wheels) -> None:
    """The wheels of two platforms have different digests, so the cache never mixes them."""
    assert other.digest != wheels_of().digest


def test_other_lock_has_other_wheels(tmp_path: Path) -> None:
    """The wheels of a changed lock file have another digest, so they are installed again."""
    lock = tmp_path / "lambda.lock"
    lock.write_text("six==1.17.0", encoding="utf-8")
    assert wheels_of(lock).digest != wheels_of().digest


def test_names_are_those_of_packages_and_modules(tmp_path: Path) -> None:
    """Packages, modules and compiled modules have an import name. `dist-info` folders have none."""
    for name in ("boto3", "six.py", "_speedups.cpython-313-aarch64-linux-gnu.so", "attrs-25.1.0.dist-info"):
        (tmp_path / name).mkdir()
    assert wheels.import_names(tmp_path) == {"boto3", "six", "_speedups"}


def test_models_of_unused_services_are_removed(tmp_path: Path) -> None:
    """`keep_services` keeps the chosen services and the common files of botocore."""
    data = tmp_path / "botocore" / "data"
    for service in ("s3", "ec2"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").write_text("{}", encoding="utf-8")
    wheels.keep_services(tmp_path, ("s3",))
    assert {path.name for path in data.iterdir()} == {"s3", "endpoints.json"}


def test_the_first_of_two_builds_installs_the_wheels(tmp_path: Path) -> None:
    """Two builds at once install into scratch folders. The later one keeps the folder of the first."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name, encoding="utf-8")
        wheels.keep(tmp_path / name, tmp_path / "installed")
    assert (tmp_path / "installed" / "which").read_text(encoding="utf-8") == "first"


def test_wheels_that_cannot_be_kept_are_an_error(tmp_path: Path) -> None:
    """If the folder cannot be renamed and no other build has installed one, `keep` raises `OSError`."""
    (tmp_path / "made").mkdir()
    with pytest.raises(OSError, match="nowhere"):
        wheels.keep(tmp_path / "made", tmp_path / "nowhere" / "installed")
