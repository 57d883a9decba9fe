"""The command `sweep` on a terminal that a test reads and resizes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.e2e.local.laboratory import LIMIT, SWEEP, Laboratory

_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


class OnTerminal:
    """A process with a terminal as its standard error, and as its standard output too, if a person sees both."""

    def __init__(self, lab: Laboratory, *arguments: str, columns: int, lines: int, piped: bool) -> None:
        """Start the process in the laboratory's folder."""
        self._screen, terminal = pty.openpty()
        os.set_blocking(self._screen, False)
        self.resize(columns, lines)
        environment = os.environ | {"LAB_LOG": str(lab.log), "LAB_MARK": lab.mark, "SWEEP_OUT": str(lab.out)}
        environment |= {"TERM": "xterm", "NO_COLOR": "1"}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        output = subprocess.DEVNULL if piped else terminal
        self.process = subprocess.Popen(
            [SWEEP, *arguments],
            cwd=lab.folder,
            env=environment,
            stdin=terminal,
            stdout=output,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self._raw = b""

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal smaller or larger."""
        termios.tcsetwinsize(self._screen, (lines, columns))

    @property
    def raw(self) -> str:
        """All that was written so far, with its sequences."""
        # On Linux a read raises an error once the process has closed the terminal.
        with suppress(OSError):
            while chunk := os.read(self._screen, 65_536):
                self._raw += chunk
        return self._raw.decode(errors="replace")

    @property
    def shown(self) -> str:
        """All that was written so far, as text."""
        return _SEQUENCE.sub("", self.raw)

    @property
    def lines(self) -> list[str]:
        """The lines of all that was written so far."""
        return re.split(r"[\r\n]+", self.shown)

    def wait(self) -> int:
        """Read to the end, and return the exit code."""
        os.set_blocking(self._screen, True)
        _ = self.raw
        return self.process.wait(LIMIT)

    def close(self) -> None:
        """End the process, if it has not ended, and the terminal."""
        self.process.kill()
        self.process.wait(LIMIT)
        os.close(self._screen)


@contextmanager
def on_terminal(
    lab: Laboratory, *arguments: str, columns: int = 100, lines: int = 24, piped: bool = False
) -> Iterator[OnTerminal]:
    """Run `sweep` on a terminal of this size; with `piped`, its standard output is none."""
    started = OnTerminal(lab, *arguments, columns=columns, lines=lines, piped=piped)
    try:
        yield started
    finally:
        started.close()
