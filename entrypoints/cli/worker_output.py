"""What targets print while a screen is shown: it appears above the screen, where it would else break it."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

# So many seconds the last lines have to arrive: a process that a target started may keep the pipe open for longer.
_PATIENCE = 1.0


class WorkerOutput:
    """A pipe for the worker processes, whose lines appear on a console."""

    def __init__(self, console: Console, printing: threading.Lock) -> None:
        """Make the pipe; `descriptor` is the end to which workers write, and `printing` is held for each line."""
        self._console, self._printing = console, printing
        self._reading, self.descriptor = os.pipe()
        self._thread = threading.Thread(target=self._copy, daemon=True)

    def __enter__(self) -> Self:
        """Begin to copy."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, place: TracebackType | None
    ) -> None:
        """Copy what the workers have written, which have ended."""
        os.close(self.descriptor)
        self._thread.join(_PATIENCE)

    def _copy(self) -> None:
        with os.fdopen(self._reading, "rb") as pipe:
            for line in pipe:
                text = Text.from_ansi(line.decode(errors="replace").rstrip("\r\n"))
                with self._printing:
                    self._console.print(text, soft_wrap=True, highlight=False)
