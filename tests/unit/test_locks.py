"""The lock files pin every requirement, and hold nothing of the machine that wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = Path(__file__).parents[2] / "requirements"


def pins(name: str) -> dict[str, str]:
    """Return the requirements of a lock file, each with its hashes."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE))
    return {block.split(" \\\n")[0].strip(): block for block in blocks if block.strip()}


@pytest.mark.parametrize("name", ["dev.lock", "lambda.lock", "aws.lock"])
def test_every_requirement_is_one_version_with_its_hashes(name: str) -> None:
    """Every installation has the same versions, and no other file can replace that of a package."""
    locked = pins(name)
    assert locked
    for requirement, block in locked.items():
        assert re.match(r"[a-z0-9-]+==[^ ]+( ; .+)?$", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), requirement


@pytest.mark.parametrize("name", ["dev.lock", "lambda.lock", "aws.lock"])
def test_lock_names_no_index_and_no_path(name: str) -> None:
    """The machine that installs packages chooses their source."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|(^|[ =\"'])/\w", text, flags=re.MULTILINE)


def test_the_bundle_has_the_tested_versions() -> None:
    """Every requirement of the bundle has the version of the test environment."""
    assert set(pins("lambda.lock")) <= set(pins("dev.lock"))
