"""Says how a sweep of a stack's default target is asked for, in the command line that `up` prints."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Runs with the bundle's own modules: prints the names of the parameters that the target needs, or else of all it takes.
ASK = """
import inspect, json, sys
from adapters.machine.python_targets import import_target
taken = [one for one in inspect.signature(import_target(sys.argv[1])).parameters.values()
         if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}]
print(json.dumps([one.name for one in taken if one.default is one.empty] or [one.name for one in taken]))
"""
PATIENCE_SECONDS = 30.0
# Stands for what the target does not say.
UNKNOWN = "PARAMETER"


def example(bundle: Path, target: str) -> str:
    """Return what to submit for three points of a target in a bundle, with `UNKNOWN` where it must be edited."""
    first, *others = _parameters(bundle, target) or [UNKNOWN]
    values = {first: "1,2,3"} | dict.fromkeys(others, "1")
    return shlex.join([target, *(word for name, text in values.items() for word in ("-p", f"{name}={text}"))])


def _parameters(bundle: Path, target: str) -> list[str]:
    """Return the names of a target's parameters; none if its module cannot be imported, or takes any name."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(bundle), "PYTHONDONTWRITEBYTECODE": "1"}
    command = (sys.executable, "-S", "-c", ASK, target)
    try:
        asked = subprocess.run(
            command, cwd=bundle, env=environment, timeout=PATIENCE_SECONDS, check=True, capture_output=True, text=True
        )
        names: list[str] = json.loads(asked.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        return []
    return names
