"""Compiles a bundle for the Python that runs it, so that a cold start compiles nothing.

A function's folder is new in every process of the emulator: without bytecode in it, each process spends half of its
start on compiling. The hashes are unchecked, as unpacking an archive does not keep the times of its files.
"""

from __future__ import annotations

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def compile_folder(folder: Path, bundle: Path) -> None:
    """Write the bytecode of every module below a folder of a bundle, under the path that a function sees."""
    compileall.compile_dir(
        folder,
        quiet=2,  # a package may hold modules for other versions, which nothing imports
        stripdir=str(bundle),
        prependdir="/var/task",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
