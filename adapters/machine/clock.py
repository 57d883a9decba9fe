"""The machine's clock: the port `Clock`."""

from __future__ import annotations

import time


class SystemClock:
    """Reads the clock of the operating system."""

    def now(self) -> float:
        """Return the seconds since the epoch, UTC."""
        return time.time()
