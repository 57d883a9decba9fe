"""The README, the package, the tools and the tests name the same versions of Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def words_of(path: str, variable: str) -> list[str]:
    """Return the words of a variable in a makefile."""
    (words,) = re.findall(rf"^{variable} := (.*)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return str(words).split()


VERSIONS = words_of("Makefile", "VERSIONS")


def test_readme_names_the_versions_that_are_tested() -> None:
    """One line of the README lists all tested versions in order."""
    (line,) = re.findall(r"^Tested on Python (.*), on Linux\.$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert line.split(" · ") == VERSIONS


def test_package_names_the_versions_that_are_tested() -> None:
    """The classifiers list the tested versions, and `requires-python` allows the first one and later ones."""
    classifiers = PROJECT["project"]["classifiers"]
    named = [found[1] for one in classifiers if (found := re.fullmatch(r"Programming .* :: (3\.\d+)", one))]
    assert named == VERSIONS
    assert PROJECT["project"]["requires-python"] == f">={VERSIONS[0]}"


def test_tools_check_for_the_first_version() -> None:
    """The tools find code that the first version does not support, even if they run on a later one."""
    tools = PROJECT["tool"]
    assert tools["mypy"]["python_version"] == VERSIONS[0]
    assert tools["ruff"]["target-version"] == f"py{VERSIONS[0].replace('.', '')}"


def test_emulator_runs_the_functions_on_the_version_of_lambda() -> None:
    """The emulator has the version of the template, which is one of the tested versions."""
    (version,) = words_of("infra/stack.mk", "LAMBDA_VERSION")
    runtimes = set(re.findall(r"Runtime: python(\S+)", (ROOT / "infra" / "template.yaml").read_text(encoding="utf-8")))
    assert runtimes == {version}
    assert version in VERSIONS


@pytest.mark.parametrize("name", ["dev.lock", "aws.lock", "lambda.lock"])
def test_lock_is_the_same_for_every_version(name: str) -> None:
    """No requirement depends on the version of Python that installs it."""
    assert "python_full_version" not in (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "python_version" not in (ROOT / "requirements" / name).read_text(encoding="utf-8")


def find(version: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return the result of the look-up of the makefiles, which searches `folder` first."""
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    command = [str(ROOT / "infra" / "find-python"), version]
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)


def test_a_working_python_is_found() -> None:
    """`find-python` prints the full path of the Python of this version."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = find(this, Path(sys.executable).parent).stdout.strip()
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith(f"Python {this}.")


def test_a_command_that_is_not_this_python_is_not_found(tmp_path: Path) -> None:
    """`find-python` skips a command that is missing, fails or is of another version."""
    (tmp_path / "python3.98").symlink_to(sys.executable)
    (tmp_path / "python3.99").write_text("#!/bin/sh\necho 3.99\nexit 127\n")
    (tmp_path / "python3.99").chmod(0o755)
    for version in ("3.97", "3.98", "3.99"):
        found = find(version, tmp_path)
        assert (found.returncode, found.stdout) == (1, ""), version
