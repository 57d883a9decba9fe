"""The contract suites detect defects: each broken implementation fails the rule that it breaks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.broken.suite import RULES

_ROOT = Path(__file__).parents[2]
_CORRECT = "tests/contract/test_local_ports.py"
_BROKEN = "tests/contract/broken/suite.py"


@pytest.mark.one_python
@pytest.mark.parametrize("suite", RULES)
def test_each_broken_implementation_fails_its_rule(suite: type[object]) -> None:
    """An implementation with one defect fails the rule that it breaks; the correct one passes the whole suite."""
    rules = {(broken.__name__, rule) for broken, rule in RULES[suite].items()}
    chosen = [f"{_BROKEN}::Test{broken}::test_{rule}" for broken, rule in sorted(rules)]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=no", "-rfE"]
    ended = subprocess.run(
        [*command, f"{_CORRECT}::{suite.__name__}", *chosen],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    failed = re.findall(r"^(FAILED|ERROR) \S+::Test(\w+)::test_(\w+)", ended.stdout, re.MULTILINE)
    # An ERROR comes from a fixture, so the rule itself was not run.
    assert set(failed) == {("FAILED", *pair) for pair in rules}, ended.stdout[-3000:] + ended.stderr[-3000:]
