"""The command `sweep`, from its first moment: Ctrl-C ends it cleanly even while the command line is being loaded."""

from __future__ import annotations

import sys

from entrypoints.cli.exit_codes import ExitCode


def main() -> None:
    """Load the command line, which takes a moment, and run it."""
    try:
        from entrypoints.cli.app import main as run  # noqa: PLC0415 - so that what interrupts the loading is caught
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    run()
