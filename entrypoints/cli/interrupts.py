"""Ctrl-C in those parts of a command that must clean up; elsewhere it ends the process at once (`command.py`)."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# In seconds. Python drops an exception that is raised in a callback of its own: after so long the block has not ended
# because of it, and the next signal raises it again.
_PATIENCE = 5.0


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGINT, SIGTERM or SIGHUP raise `KeyboardInterrupt`, and ignore further ones while that ends the block.

    A signal that is ignored already, as SIGHUP is under nohup, stays so.
    """
    raised = -math.inf

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal raised
        if time.monotonic() - raised > _PATIENCE:
            raised = time.monotonic()
            raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            # Once interrupted, signals stay ignored until the process has ended.
            signal.signal(number, handler if raised == -math.inf else signal.SIG_IGN)
