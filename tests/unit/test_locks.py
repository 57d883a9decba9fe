"""The lock files say what is installed, wholly, and nothing of the machine that wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = Path(__file__).parents[2] / "requirements"


def pins(name: str) -> dict[str, str]:
    """Return a lock file's requirements, each with its hashes."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE))
    return {block.split(" \\\n")[0].strip(): block for block in blocks if block.strip()}


@pytest.mark.parametrize("name", ["dev.lock", "lambda.lock", "aws.lock"])
def test_every_requirement_is_one_version_with_its_hashes(name: str) -> None:
    """So that an installation is the same everywhere, and nobody else's file can take a package's place."""
    locked = pins(name)
    assert locked
    for requirement, block in locked.items():
        assert re.match(r"[a-z0-9-]+==[^ ]+( ; .+)?$", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), requirement


@pytest.mark.parametrize("name", ["dev.lock", "lambda.lock", "aws.lock"])
def test_lock_names_no_place(name: str) -> None:
    """Where packages come from is the installing machine's affair."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|(^|[ =\"'])/\w", text, flags=re.MULTILINE)


def test_the_functions_run_what_was_tested() -> None:
    """Every version in the bundle is the version in the environment that ran the tests."""
    assert set(pins("lambda.lock")) <= set(pins("dev.lock"))
