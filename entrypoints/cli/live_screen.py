"""The picture of a sweep on a terminal, drawn anew in its place whenever something has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from entrypoints.cli.picture import last_line, picture
from entrypoints.cli.snapshot import Snapshot


@contextmanager
def live_screen(console: Console, printing: threading.Lock) -> Iterator[LiveScreen]:
    """Show snapshots, and at the end the one line that stays. The cursor is hidden meanwhile."""
    live = Live(console=console, auto_refresh=False, redirect_stdout=False, vertical_overflow="crop")
    screen = LiveScreen(live, printing)
    live.start()
    try:
        yield screen
    finally:
        # A line that came while the screen ends would stand on the screen's own.
        with printing:
            screen.end()
            live.stop()


class LiveScreen:
    """A `Display` on a terminal; it draws nothing by itself, so that it costs nothing in between."""

    def __init__(self, live: Live, printing: threading.Lock) -> None:
        """Draw through `live`; whatever else prints on its console holds the lock `printing` while it does."""
        self._live, self._printing = live, printing
        self._snapshot: Snapshot | None = None
        self._size: tuple[int, int] = live.console.size
        self._drawn: Sequence[Text] = ()

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot in the place of the one before."""
        self._snapshot = snapshot
        with self._printing:
            self._draw()

    def adapt(self) -> None:
        """Draw the same anew if the terminal has another size now."""
        if self._snapshot and self._live.console.size != self._size:
            self.show(self._snapshot)

    def end(self) -> None:
        """Draw the line that stays; the caller holds the lock."""
        if self._snapshot:
            self._replace([last_line(self._snapshot, self._live.console.width)])

    def _draw(self) -> None:
        width, height = self._live.console.size
        if self._snapshot:
            # The last line of the terminal is left for the cursor once the screen has ended.
            self._replace(picture(self._snapshot, width, max(height - 1, 1)))

    def _replace(self, lines: Sequence[Text]) -> None:
        self._erase_wrapped()
        self._drawn = lines
        for line in lines:
            line.no_wrap = True
        self._live.update(Group(*lines), refresh=True)

    def _erase_wrapped(self) -> None:
        """Erase the further rows that the last picture takes since the terminal became narrower and wrapped its lines.

        Rich erases as many rows as it has drawn.
        """
        console = self._live.console
        if console.width < self._size[0]:
            further = sum((max(line.cell_len, 1) - 1) // console.width for line in self._drawn)
            up = (ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)
            console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *up * further))
        self._size = console.size
