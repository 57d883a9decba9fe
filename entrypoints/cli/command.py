"""The command `sweep`, from its first moment: Ctrl-C ends it without a word even while it is being loaded.

Before `main` Ctrl-C shows the traceback of Python's own start. So this module imports next to nothing.
"""

from __future__ import annotations

import gc
import os
import signal

# As in `exit_codes.py`, which takes long to load.
_INTERRUPTED = 130
# So many new objects lead to a search for garbage. What is loaded stays: Python's 700 would search it a hundred times.
_MANY_OBJECTS = 100_000


def main() -> None:
    """Load the command line, which takes a moment, and run it."""
    # Where it is ignored, as in the background of a script, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    gc.set_threshold(_MANY_OBJECTS)
    from entrypoints.cli.app import main as run  # noqa: PLC0415 - loaded once Ctrl-C has its handler

    # What is loaded now stays to the end: no search for garbage need look at it.
    gc.freeze()
    run()


def _leave(*_: object) -> None:
    """End the process at once; `interrupts.py` has the exception for what must clean up.

    A `KeyboardInterrupt` would not do: libraries that are being loaded wrap it in errors, and Python drops one that is
    raised in a callback of its own.
    """
    os._exit(_INTERRUPTED)
