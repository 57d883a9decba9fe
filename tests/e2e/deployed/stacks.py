"""Stacks for tests, started and stopped by the commands that `make stack-up` and `make stack-down` run."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from pathlib import Path

from tests.e2e.deployed.cloud import Cloud

ROOT = Path(__file__).parent.parent.parent.parent
TOOLS = ROOT / ".venv-aws" / "bin"
TRIAL = "tests.e2e.deployed.trial"
TARGETS = ("area", "gated", "survive", "nap", "leave", "abort", "mendable")
PARAMETERS = {
    "AllowedTargets": ",".join(f"{TRIAL}:{target}" for target in TARGETS),
    "DefaultTarget": f"{TRIAL}:area",
    # The tests send more requests a second than the default limits of the stage allow.
    "ThrottleRate": "10000",
    "ThrottleBurst": "5000",
    # A worker writes lines about what succeeds at this level alone; the tests look for them.
    "LogLevel": "DEBUG",
}


def bring_up(name: str) -> Cloud:
    """Start a stack as `make stack-up` does, with the tests' own targets in its bundle."""
    parameters = (f"--parameter={key}={value}" for key, value in PARAMETERS.items())
    targets = str(Path(__file__).parent / "trial")
    return Cloud(name, json.loads(_stack("up", "--name", name, "--json", *parameters, TARGETS=targets)))


def update(name: str) -> Cloud:
    """Update a stack as `make stack-up` does that is told neither targets nor parameters."""
    return Cloud(name, json.loads(_stack("up", "--name", name, "--json")))


def take_down(name: str) -> None:
    """Stop a stack as `make stack-down` does."""
    _stack("down", "--name", name)


def new_name() -> str:
    """Return a new name for a stack."""
    return f"test-{uuid.uuid4().hex[:12]}"


def run(*command: str, **variables: str) -> str:
    """Run a command in the project's folder, assert that it succeeds, and return what it prints."""
    # Where make runs the tests, its settings must not reach the make that builds the bundle.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(command, cwd=ROOT, env=inherited | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def _stack(*arguments: str, **variables: str) -> str:
    return run(str(TOOLS / "python"), "-m", "infra.local.stack", *arguments, **variables)
