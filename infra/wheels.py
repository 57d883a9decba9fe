"""Installs the locked wheels of a bundle, once for each platform and set of wheels, into a cache.

What the targets require is installed beside the project's own wheels, of which it may replace none.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from infra.bytecode import VERSION, compile_folder

PLATFORMS = {"arm64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}
JUNK = ("__pycache__", "*.pyc", "tests", ".pytest_cache", ".mypy_cache", ".ruff_cache")
# Sources of modules that the wheels hold compiled, and pip's notes, which name the machine that built.
UNUSED = ("*.c", "*.pyx", "*.pxd", "*.dist-info/RECORD", "*.dist-info/REQUESTED", "*.dist-info/INSTALLER")

# To be raised when the same requirements make other wheels than before.
MAKING = 2
# How pip says that a requirement contradicts one of the locked versions.
CONTRADICTION = "(constraint)"


class WheelsError(Exception):
    """The wheels cannot be installed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wheels:
    """The wheels of a bundle: lock, processor, Python, the AWS services that are kept, the targets' requirements."""

    lock: Path
    architecture: str
    python: str
    services: tuple[str, ...]
    extra: tuple[Path, ...] = ()
    # Whether the bundle holds bytecode, which only the Python that runs it can write.
    bytecode: bool = False

    def __post_init__(self) -> None:
        """Refuse bytecode for another Python than this one; raises `WheelsError`."""
        if self.bytecode and self.python != VERSION:
            raise WheelsError(f"bytecode for Python {self.python} cannot be written by Python {VERSION}")

    @property
    def digest(self) -> str:
        """A name of 16 hexadecimal digits that is different for different wheels."""
        known = hashlib.sha256(repr((MAKING, self.architecture, self.python, self.services, self.bytecode)).encode())
        for requirements in (self.lock, *self.extra):
            known.update(requirements.read_bytes())
        return known.hexdigest()[:16]

    def cached(self, cache: Path) -> Path:
        """Return the folder of the installed wheels, installing them first if the cache lacks them.

        Raises `WheelsError`.
        """
        installed = cache / self.digest
        if not installed.is_dir():
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                self.install(Path(scratch) / "wheels")
                keep(Path(scratch) / "wheels", installed)
        return installed

    def install(self, into: Path) -> None:
        """Install the locked wheels and the targets' requirements, all ready-made; raises `WheelsError`."""
        self._pip(into, "--no-deps", "--require-hashes", "--requirement", str(self.lock))
        if self.extra:
            with tempfile.TemporaryDirectory(dir=into.parent) as scratch:
                self._add_required(into, Path(scratch))
        shutil.rmtree(into / "bin", ignore_errors=True)
        remove_junk(into)
        keep_services(into, self.services)
        if self.bytecode:
            compile_folder(into, into)

    def _add_required(self, into: Path, scratch: Path) -> None:
        """Install the targets' requirements, with the locked versions of the packages that are there already."""
        locked, beside = scratch / "locked.txt", scratch / "beside"
        locked.write_text("".join(f"{one.name}=={one.version}\n" for one in distributions(path=[str(into)])))
        files = (part for requirements in self.extra for part in ("--requirement", str(requirements)))
        self._pip(beside, "--constraint", str(locked), *files)
        if beside.is_dir():
            refuse_replacements(into, beside)
            shutil.copytree(beside, into, dirs_exist_ok=True)

    def _pip(self, into: Path, *requirements: str) -> None:
        platform = ("--platform", PLATFORMS[self.architecture], "--python-version", self.python)
        # Name the newer manylinux tag, too: pip does not infer it from the oldest one.
        newer = ("--platform", PLATFORMS[self.architecture].replace("2014", "_2_28"))
        command = (
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--progress-bar=off",
                "--disable-pip-version-check",
                "--no-compile",
            ),
            *("--only-binary=:all:", "--implementation", "cp", *platform, *newer),
            *("--target", str(into), *requirements),
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            what = f"{requirements[-1]} for Python {self.python} on {self.architecture}"
            raise WheelsError(f"pip could not install {what}:\n{done.stderr.strip()}\n{_advice(done.stdout)}")


def refuse_replacements(into: Path, beside: Path) -> None:
    """Raise `WheelsError` if what is installed beside some wheels has a file of theirs, but of another version."""
    owners = _owners(into)
    for file, other in _owners(beside).items():
        own = owners.get(file, other)
        if own != other:
            raise WheelsError(
                f"{other}, which the targets' requirements.txt installs, would replace {own} of this project: both "
                f"have {file}. Require {own}, or another package."
            )


def _owners(folder: Path) -> dict[str, str]:
    """Return by file which package and version installed it."""
    return {str(file): _name(one) for one in distributions(path=[str(folder)]) for file in one.files or ()}


def _name(one: Distribution) -> str:
    return f"{one.name}=={one.version}"


def _advice(printed: str) -> str:
    """Return what to do, from what pip printed."""
    if CONTRADICTION not in printed:
        return "A bundle takes ready-made wheels only; another version of the package may have one."
    reasons = (line.strip() for line in printed.splitlines() if line.startswith("    "))
    return "\n".join(
        (
            *(f"  {reason.replace('The user requested (constraint)', 'this project locks')}" for reason in reasons),
            "A target's requirements.txt cannot replace a package that the project's own functions need.",
            "Require the locked version, or none; another version of what needs it may do with the locked one.",
        )
    )


def import_names(installed: Path) -> frozenset[str]:
    """Return the import names of installed wheels, of packages and of single modules."""
    entries = (entry.name for entry in installed.iterdir() if not entry.name.endswith(".dist-info"))
    return frozenset(name.split(".", 1)[0] for name in entries)


def remove_junk(folder: Path) -> None:
    """Delete the files and folders that no function needs."""
    for pattern in (*JUNK, *UNUSED):
        for found in sorted(folder.rglob(pattern)):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink(missing_ok=True)


def keep_services(folder: Path, services: tuple[str, ...]) -> None:
    """Delete botocore's models of other services, which are most of its size."""
    for models in (folder / "botocore" / "data", folder / "boto3" / "data"):
        if models.is_dir():
            for service in models.iterdir():
                if service.is_dir() and service.name not in services:
                    shutil.rmtree(service)


def keep(made: Path, installed: Path) -> None:
    """Rename a folder of wheels to its lasting name, unless another build has made that one meanwhile."""
    try:
        made.rename(installed)
    except OSError:
        if not installed.is_dir():
            raise
