"""Lays out what a function runs: locked wheels for its platform, the four rooms, and the user's targets.

Built twice from the same files, a bundle is the same to the byte, wherever it is built.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "application", "adapters", "entrypoints")
PLATFORMS = {"arm64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}
JUNK = ("__pycache__", "*.pyc", "tests", ".pytest_cache", ".mypy_cache", ".ruff_cache")
# Sources of what the wheels hold compiled, and pip's own notes, which name this machine.
UNUSED = ("*.c", "*.pyx", "*.pxd", "*.dist-info/RECORD", "*.dist-info/REQUESTED", "*.dist-info/INSTALLER")
# An instant that both the zip format (from 1980) and every file system can hold.
TIMESTAMP = 315_619_200


class BundleError(Exception):
    """The bundle cannot be built; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wheels:
    """Which wheels a bundle holds."""

    lock: Path
    architecture: str
    python: str
    services: tuple[str, ...]
    extra: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """A name that is different whenever the wheels are."""
        known = hashlib.sha256(repr((self.architecture, self.python, self.services)).encode())
        for requirements in (self.lock, *self.extra):
            known.update(requirements.read_bytes())
        return known.hexdigest()[:16]

    def install(self, into: Path) -> None:
        """Install exactly the locked wheels, and none that would have to be compiled."""
        self._pip(into, "--no-deps", "--require-hashes", "--requirement", str(self.lock))
        for requirements in self.extra:
            self._pip(into, "--upgrade", "--requirement", str(requirements))
        shutil.rmtree(into / "bin", ignore_errors=True)
        remove_junk(into)
        keep_services(into, self.services)

    def _pip(self, into: Path, *requirements: str) -> None:
        platform = ("--platform", PLATFORMS[self.architecture], "--python-version", self.python)
        # Newer manylinux names are aliases that pip does not infer from the oldest one.
        newer = ("--platform", PLATFORMS[self.architecture].replace("2014", "_2_28"))
        command = (
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"),
            *("--only-binary=:all:", "--implementation", "cp", *platform, *newer),
            *("--target", str(into), *requirements),
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise BundleError(
                f"pip could not install {requirements[-1]} for Python {self.python} on {self.architecture}:\n"
                f"{done.stderr.strip()}\n"
                "A bundle takes ready-made wheels only; another version of the package may have one."
            )


def remove_junk(folder: Path) -> None:
    """Delete what no function needs."""
    for pattern in (*JUNK, *UNUSED):
        for found in sorted(folder.rglob(pattern)):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink(missing_ok=True)


def keep_services(folder: Path, services: tuple[str, ...]) -> None:
    """Delete botocore's models of services that are never called: they are most of its size."""
    for models in (folder / "botocore" / "data", folder / "boto3" / "data"):
        if models.is_dir():
            for service in models.iterdir():
                if service.is_dir() and service.name not in services:
                    shutil.rmtree(service)


def copy_sources(into: Path, targets: tuple[Path, ...]) -> None:
    """Copy the rooms, and the folders of the user's targets at the path from which they are imported."""
    for folder in (*(ROOT / room for room in ROOMS), *targets):
        if not folder.is_dir():
            raise BundleError(f"{folder} is no folder; TARGETS names folders of Python modules")
        place = import_path(folder)
        shutil.copytree(folder, into / place, ignore=shutil.ignore_patterns(*JUNK), dirs_exist_ok=True)
        for parent in list(place.parents)[:-1]:
            marker = ROOT / parent / "__init__.py"
            if marker.is_file():
                shutil.copyfile(marker, into / parent / "__init__.py")


def import_path(folder: Path) -> Path:
    """Give where a folder goes: its path inside the project, or just its name when it lies elsewhere."""
    resolved = folder.resolve()
    return resolved.relative_to(ROOT.resolve()) if resolved.is_relative_to(ROOT.resolve()) else Path(resolved.name)


def freeze_times(folder: Path) -> None:
    """Give every file the same time, so that the same content makes the same archive."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (TIMESTAMP, TIMESTAMP))


def build(into: Path, wheels: Wheels, targets: tuple[Path, ...], cache: Path) -> None:
    """Fill an empty folder with a bundle; the wheels are installed once and then taken from the cache."""
    installed = cache / wheels.digest
    if not installed.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            wheels.install(Path(scratch) / "wheels")
            keep(Path(scratch) / "wheels", installed)
    shutil.copytree(installed, into, dirs_exist_ok=True)
    copy_sources(into, targets)
    freeze_times(into)


def keep(made: Path, installed: Path) -> None:
    """Give a folder of wheels its lasting name, unless another build, at the same time, was first."""
    try:
        made.rename(installed)
    except OSError:
        if not installed.is_dir():
            raise


def sizes(folder: Path) -> tuple[int, int]:
    """Give a folder's size in bytes as it is and zipped."""
    archive = io.BytesIO()
    plain = 0
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                plain += path.stat().st_size
                zipped.write(path, path.relative_to(folder))
    return plain, archive.tell()


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Lay out a function's bundle.")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--python", default="3.13", help="the interpreter that will run it")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements" / "lambda.lock")
    parser.add_argument("--target", type=Path, action="append", default=[], help="a folder with the user's functions")
    parser.add_argument("--service", action="append", default=[], help="an AWS service that is called")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "wheels")
    return parser.parse_args()


def main() -> int:
    """Build one bundle and say how large it is."""
    arguments = read_arguments()
    targets = tuple(folder if folder.is_absolute() else ROOT / folder for folder in arguments.target)
    extra = tuple(lock for folder in targets if (lock := folder / "requirements.txt").is_file())
    services = tuple(sorted(arguments.service))
    wheels = Wheels(arguments.lock, arguments.architecture, arguments.python, services, extra)
    try:
        build(arguments.into, wheels, targets, arguments.cache)
    except BundleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    plain, zipped = sizes(arguments.into)
    what = f"{arguments.into.name} for {arguments.architecture}, Python {arguments.python}"
    sys.stdout.write(f"bundle of {what}: {plain / 1e6:.1f} MB, {zipped / 1e6:.1f} MB zipped\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
