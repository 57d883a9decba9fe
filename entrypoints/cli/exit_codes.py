"""What `sweep` reports to the shell: the one table from what happened to an exit code."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from domain.errors import InvalidSweep, PlaceUnusable, SweepError, SweepNotFound

if TYPE_CHECKING:
    from domain.progress import Progress


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0  # every point has a value or was skipped, or the question is answered
    FAILURES = 1  # some points have no value, or something this machine should do did not work
    USAGE = 2  # bad input or usage; nothing was written
    INTERRUPTED = 130  # Ctrl-C


def of_error(error: SweepError) -> ExitCode:
    """Return the exit code of an error."""
    return ExitCode.USAGE if isinstance(error, InvalidSweep | SweepNotFound | PlaceUnusable) else ExitCode.FAILURES


def of_progress(progress: Progress) -> ExitCode:
    """Return the exit code for a sweep that came so far."""
    from domain.progress import State  # noqa: PLC0415 - a sweep's progress is loaded where there is one

    return ExitCode.OK if progress.state is State.DONE else ExitCode.FAILURES
