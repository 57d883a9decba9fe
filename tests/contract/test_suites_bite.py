"""The contract suites detect defects: each broken implementation fails the rule that it breaks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.broken.suite import RULES

_ROOT = Path(__file__).parents[2]
_BROKEN = "tests/contract/broken/suite.py"


@pytest.mark.parametrize("suite", RULES)
def test_each_rule_has_a_broken_implementation(suite: type[object]) -> None:
    """No rule of a suite is without an implementation that breaks it."""
    rules = {name.removeprefix("test_") for name in dir(suite) if name.startswith("test_")}
    assert rules - set(RULES[suite].values()) == set()


@pytest.mark.one_python
def test_each_broken_implementation_fails_its_rule() -> None:
    """An implementation with one defect fails the rule that it breaks; `test_local_ports` has those without one."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=no", "-rfE", _BROKEN]
    ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=240)
    failed = re.findall(r"^(FAILED|ERROR) \S+::Test(\w+)::test_(\w+)", ended.stdout, re.MULTILINE)
    expected = {(broken.__name__, rule) for rules in RULES.values() for broken, rule in rules.items()}
    # An ERROR comes from a fixture, so the rule itself was not run.
    assert set(failed) == {("FAILED", *pair) for pair in expected}, ended.stdout[-3000:] + ended.stderr[-3000:]
