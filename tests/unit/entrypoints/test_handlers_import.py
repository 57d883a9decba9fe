"""The module of each handler imports without settings, and loads only what its first event needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
ABSENT = ("typer", "rich", "duckdb", "adapters.documents.strict_yaml", "sqlite3", "boto3", "botocore")
_PROGRAM = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
module = importlib.import_module("entrypoints." + sys.argv[2])
assert callable(module.handler)
print(*sorted(set(sys.argv[3:]) & set(sys.modules)))
"""


@pytest.mark.parametrize("function", ["parent", "dispatcher", "worker", "undelivered"])
def test_handler_imports_with_an_empty_environment(function: str) -> None:
    """The import reads no setting, builds no client and loads no heavy module."""
    command = [sys.executable, "-c", _PROGRAM, str(ROOT), function, *ABSENT]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
