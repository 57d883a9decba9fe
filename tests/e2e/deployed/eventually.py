"""Waiting for an event in another process, by polling with a time limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

LIMIT = 60.0
POLL_SECONDS = 0.05

T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float = LIMIT) -> T:
    """Call `look` until it returns something true, and return that; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing within {seconds:.0f} s"
        time.sleep(POLL_SECONDS)
    return found
