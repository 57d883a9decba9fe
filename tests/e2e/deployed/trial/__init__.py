"""Targets that go into the bundle of the tested stack; they need the standard library alone."""

from __future__ import annotations

import os
import time
from pathlib import Path


def area(x: float, y: float) -> dict[str, float]:
    """Return values that differ in their last bit on a machine that computes differently."""
    return {"area": x * y, "root": (x * x + y * y) ** 0.5}


def gated(x: int, gate: str) -> int:
    """Say in a folder who runs, wait until the folder is open to all or to this process, and give its number."""
    process = os.getpid()
    Path(gate, f"running-{x}-{process}").touch()
    while not (Path(gate, "open").exists() or Path(gate, f"open-{process}").exists()):
        time.sleep(0.01)
    return process


def survive(x: int, marks: str) -> int:
    """Leave a mark for each evaluation."""
    Path(marks, f"{x}-{time.monotonic_ns()}").touch()
    return x


def leave(x: int, marks: str) -> int:
    """End the worker's whole process at 3."""
    survive(x, marks)
    if x == 3:
        os._exit(7)
    return x


class Abort(BaseException):
    """Nothing that a worker may take for a point's own error."""


def abort(x: int, marks: str) -> int:
    """Raise through the worker at 3."""
    survive(x, marks)
    if x == 3:
        raise Abort("the simulation gave up")
    return x


def linger(x: int, marks: str) -> int:
    """Outlast any worker at 3."""
    survive(x, marks)
    if x == 3:
        time.sleep(3600)
    return x
