"""What `sam build` lays out: bytecode where the Python that builds is of the version that runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

INFRA = Path(__file__).parents[3] / "infra"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(("version", "compiles"), [(VERSION, True), ("3.99", False)])
def test_a_bundle_has_bytecode_for_its_own_python_only(version: str, compiles: bool) -> None:  # noqa: FBT001 - a case
    """Of use to another version it would be none, and the build would refuse to write it."""
    settings = ("ARTIFACTS_DIR=made", f"BUNDLE_PYTHON={sys.executable}", f"LAMBDA_PYTHON={version}")
    command = ["make", "--dry-run", "--directory", str(INFRA), "build-Parent", *settings]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, check=True, capture_output=True, text=True)
    assert ("--bytecode" in done.stdout) is compiles
