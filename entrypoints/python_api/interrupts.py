"""Ctrl-C in a call from Python, whose process goes on after it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def one_interrupt() -> Iterator[None]:
    """Let SIGINT raise `KeyboardInterrupt` in the block, once: further ones must not stop what cleans up.

    Only the main thread handles signals, so that nothing changes for a block in another one. A program that ignores
    SIGINT goes on ignoring it.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    raised = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal raised
        if not raised:
            raised = True
            raise KeyboardInterrupt

    # asyncio's own handler, under a running loop, would only ask the loop to end, which is waiting for the block.
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        # None stands for a handler that is not Python's.
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)
