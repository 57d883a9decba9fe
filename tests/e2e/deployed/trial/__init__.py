"""Targets in the bundle of the tested stack; they use the standard library only."""

from __future__ import annotations

import os
import time
from pathlib import Path


def area(x: float, y: float) -> dict[str, float]:
    """Return a product and a root, whose last bits show whether two machines compute alike."""
    return {"area": x * y, "root": (x * x + y * y) ** 0.5}


def gated(x: int, gate: str) -> int:
    """Mark in a folder that this process runs, wait until the folder is open to all or to it, and return its id."""
    process = os.getpid()
    Path(gate, f"running-{x}-{process}").touch()
    while not (Path(gate, "open").exists() or Path(gate, f"open-{process}").exists()):
        time.sleep(0.01)
    return process


def survive(x: int, marks: str) -> int:
    """Leave a mark for each evaluation and return `x`."""
    Path(marks, f"{x}-{time.monotonic_ns()}").touch()
    return x


def nap(x: int, marks: str) -> int:
    """Leave a mark for each evaluation and return `x` half a second later."""
    survive(x, marks)
    time.sleep(0.5)
    return x


def leave(x: int, marks: str) -> int:
    """End the worker's process at 3."""
    survive(x, marks)
    if x == 3:
        os._exit(7)
    return x


class Abort(BaseException):
    """An exception that is no `Exception`, so that a worker does not record it as the error of a point."""


def abort(x: int, marks: str) -> int:
    """Raise `Abort` at 3, which the worker does not catch."""
    survive(x, marks)
    if x == 3:
        raise Abort("the simulation gave up")
    return x


def mendable(x: int, mended: str) -> int:
    """Until a file exists, raise an error at 2 and sleep at 3 for longer than any worker may run."""
    if x == 2 and not Path(mended).exists():
        raise ValueError("not mended yet")
    if x == 3 and not Path(mended).exists():
        time.sleep(3600)
    return x * x
