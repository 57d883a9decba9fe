"""The command before it has loaded its command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[4]
# Ctrl-C comes while the command line is imported, at a place where Python turns an exception into another one.
_PROGRAM = """
import os, signal, sys

class Field:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

class Finder:
    def find_spec(self, name, *_):
        if name == "entrypoints.cli.app":
            type("Options", (), {"field": Field()})

sys.path.insert(0, sys.argv[1])
sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["--version"]
from entrypoints.cli.command import main
main()
"""

_LOADED = """
import os, signal, sys
before = set(sys.modules)
import entrypoints.cli.command
print(*sorted(set(sys.modules) - before))
"""


def _run(before: Callable[[], object] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _PROGRAM, str(ROOT)]
    return subprocess.run(command, preexec_fn=before, capture_output=True, text=True, check=False, timeout=60)


def test_ctrl_c_while_loading_exits_with_130() -> None:
    """It ends the process without a word, whatever is being loaded."""
    ended = _run()
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    """In the background of a script the command goes on."""
    ended = _run(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    assert (ended.returncode, ended.stdout[:6]) == (0, "sweep ")


def test_loading_begins_with_next_to_nothing() -> None:
    """Until Ctrl-C has its handler, no module is loaded that takes long."""
    command = [sys.executable, "-c", _LOADED]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert loaded.split() == ["__future__", "entrypoints", "entrypoints.cli", "entrypoints.cli.command", "gc"]
