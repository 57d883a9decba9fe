"""A suite is worth as much as what it catches: each broken implementation must fail at the right rule."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.broken.suite import RULES

_ROOT = Path(__file__).parents[2]
_SOUND = "tests/contract/test_local_ports.py"
_BROKEN = "tests/contract/broken/suite.py"


@pytest.mark.one_python
@pytest.mark.parametrize("suite", RULES)
def test_every_broken_one_is_caught_by_its_rule(suite: type[object]) -> None:
    """Each implementation with one defect fails the rule that it breaks; the sound one fails none of the suite."""
    rules = {(broken.__name__, rule) for broken, rule in RULES[suite].items()}
    chosen = [f"{_BROKEN}::Test{broken}::test_{rule}" for broken, rule in sorted(rules)]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=no", "-rfE"]
    ended = subprocess.run(
        [*command, f"{_SOUND}::{suite.__name__}", *chosen],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    failed = re.findall(r"^(FAILED|ERROR) \S+::Test(\w+)::test_(\w+)", ended.stdout, re.MULTILINE)
    # An ERROR is a fixture's: it would hide whether the rule itself has noticed anything.
    assert set(failed) == {("FAILED", *pair) for pair in rules}, ended.stdout[-3000:] + ended.stderr[-3000:]
