"""The bundle holds only what the functions need, at their import paths, and is the same every time."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra import bundle
from infra.bytecode import VERSION
from infra.sources import LAYERS, ROOT
from infra.wheels import Wheels, WheelsError

LOCK = ROOT / "requirements" / "lambda.lock"


def wheels() -> Wheels:
    """Return the wheels of arm64, Python 3.13 and S3."""
    return Wheels(LOCK, "arm64", "3.13", ("s3",))


def content(folder: Path) -> dict[str, tuple[str, float]]:
    """Return the digest and the modification time of every file, by path."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in folder.rglob("*")
        if path.is_file()
    }


def fill_cache(cache: Path, chosen: Wheels) -> None:
    """Put a small package in the cache in place of installed wheels, so that nothing is downloaded."""
    package = cache / chosen.digest / "some_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    """Two builds of the same files have the same contents and times, in any folder."""
    fill_cache(tmp_path / "cache", wheels())
    for name in ("one", "two"):
        bundle.build(tmp_path / name, wheels(), (ROOT / "examples" / "projectile",), tmp_path / "cache")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_bundle_holds_layers_targets_and_wheels_only(tmp_path: Path) -> None:
    """The bundle holds no test, no tool and no other example."""
    fill_cache(tmp_path / "cache", wheels())
    bundle.build(tmp_path / "made", wheels(), (ROOT / "examples" / "projectile",), tmp_path / "cache")
    assert {path.name for path in (tmp_path / "made").iterdir()} == {*LAYERS, "examples", "some_package"}
    assert {path.name for path in (tmp_path / "made" / "examples").iterdir()} == {"__init__.py", "projectile"}
    assert not list((tmp_path / "made").rglob("__pycache__"))


def test_bundle_holds_nothing_that_only_builds(tmp_path: Path) -> None:
    """The bundle holds neither the template nor the modules that write the schemas."""
    fill_cache(tmp_path / "cache", wheels())
    bundle.build(tmp_path / "made", wheels(), (), tmp_path / "cache")
    paths = [path.relative_to(tmp_path / "made") for path in (tmp_path / "made").rglob("*")]
    assert not [path for path in paths if "infra" in path.parts or path.suffix in {".yaml", ".json"}]
    assert not {path.stem for path in paths} & {"schema", "schemas", "write_schemas", "gateway_model", "template_file"}


def test_command_names_the_target_that_it_refuses(tmp_path: Path) -> None:
    """`make bundle` prints the name and a remedy, no traceback, and leaves no bundle."""
    command = [sys.executable, "-m", "infra.bundle", "--into", str(tmp_path / "made"), "--target", "entrypoints"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "entrypoints is a package of this project" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "made").exists()


def test_size_counts_every_file(tmp_path: Path) -> None:
    """`sizes` returns the sum of the files and the size of their zip, in bytes."""
    (tmp_path / "zeros").write_bytes(bytes(100_000))
    plain, zipped = bundle.sizes(tmp_path)
    assert plain == 100_000
    assert zipped < 1_000


def test_bundle_with_bytecode_needs_no_source_to_be_compiled(tmp_path: Path) -> None:
    """Every module of the layers has bytecode that Python uses whatever the times of the files are."""
    chosen = replace(wheels(), python=VERSION, bytecode=True)
    fill_cache(tmp_path / "cache", chosen)
    made = tmp_path / "made"
    bundle.build(made, chosen, (ROOT / "examples" / "projectile",), tmp_path / "cache")
    for source in (*(made / "domain").rglob("*.py"), *(made / "examples" / "projectile").rglob("*.py")):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
        assert flags == 0b01, "hash-based and unchecked, PEP 552"


def test_bytecode_for_another_python_is_refused() -> None:
    """Bytecode of one Python is of no use to another, which the message says."""
    with pytest.raises(WheelsError, match=r"bytecode for Python 3\.1 cannot be written by Python 3\."):
        replace(wheels(), python="3.1", bytecode=True)
