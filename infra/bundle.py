"""Lays out what a function runs: locked wheels for its platform, the four layers, and the user's targets.

The same files make the same bundle, byte for byte, on any machine.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import zipfile
from pathlib import Path

from infra.bundled_targets import MissingTargetsError, refuse_missing
from infra.bytecode import compile_folder
from infra.sources import (
    LAYERS,
    OWNERS,
    ROOT,
    TargetFolderError,
    copy_sources,
    import_path,
    refuse_taken_names,
    refuse_what_is_no_folder,
)
from infra.wheels import PLATFORMS, Wheels, WheelsError, import_names

# 1980-01-02 in seconds since the epoch. The zip format stores local times, from 1980-01-01 on.
TIMESTAMP = 315_619_200


def build(into: Path, wheels: Wheels, targets: tuple[Path, ...], cache: Path) -> None:
    """Fill an empty folder with a bundle; raises `TargetFolderError` or `WheelsError`.

    Every name is checked before a file is copied, so that no target overwrites another part of the bundle.
    """
    refuse_what_is_no_folder(targets)
    refuse_taken_names(targets, OWNERS)
    installed = wheels.cached(cache)
    refuse_taken_names(targets, dict.fromkeys(import_names(installed), "a package that the bundle installs"))
    shutil.copytree(installed, into, dirs_exist_ok=True)
    copy_sources(into, targets)
    if wheels.bytecode:
        for name in {*LAYERS, *(import_path(folder).parts[0] for folder in targets)}:
            compile_folder(into / name, into)
    freeze_times(into)


def freeze_times(folder: Path) -> None:
    """Set the time of every file to the same one, so that the same content makes the same archive."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (TIMESTAMP, TIMESTAMP))


def sizes(folder: Path) -> tuple[int, int]:
    """Return a folder's size in bytes: of its files, and of their zip archive."""
    archive = io.BytesIO()
    plain = 0
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                plain += path.stat().st_size
                zipped.write(path, path.relative_to(folder))
    return plain, archive.tell()


def read_arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(description="Lay out a function's bundle.")
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--python", default="3.13", help="the interpreter that will run it")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements" / "lambda.lock")
    parser.add_argument("--target", type=Path, action="append", default=[], help="a folder with the user's functions")
    parser.add_argument("--allowed", action="append", default=[], help="a target that a sweep may have")
    parser.add_argument("--service", action="append", default=[], help="an AWS service that is called")
    parser.add_argument("--bytecode", action="store_true", help="compile for the interpreter that builds")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "wheels")
    return parser.parse_args()


def main() -> int:
    """Build one bundle, print its size, and return the exit code: 1 if it cannot be built."""
    arguments = read_arguments()
    targets = tuple(folder if folder.is_absolute() else ROOT / folder for folder in arguments.target)
    extra = tuple(lock for folder in targets if (lock := folder / "requirements.txt").is_file())
    services = tuple(sorted(arguments.service))
    try:
        wheels = Wheels(arguments.lock, arguments.architecture, arguments.python, services, extra, arguments.bytecode)
        build(arguments.into, wheels, targets, arguments.cache)
        refuse_missing(arguments.into, tuple(arguments.allowed), tuple(arguments.target))
    except (TargetFolderError, WheelsError, MissingTargetsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    plain, zipped = sizes(arguments.into)
    what = f"{arguments.into.name} for {arguments.architecture}, Python {arguments.python}"
    sys.stdout.write(f"bundle of {what}: {plain / 1e6:.1f} MB, {zipped / 1e6:.1f} MB zipped\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
