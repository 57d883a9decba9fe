"""Time and randomness of the machine: the ports `Clock` and `IdSource`."""

from __future__ import annotations

import secrets
import time

_DIGITS = "0123456789abcdefghijklmnopqrstuv"


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Give the seconds since the epoch, UTC."""
        return time.time()


class RandomIds:
    """Ids out of the operating system's random source."""

    def new_id(self) -> str:
        """Give 12 characters out of 0-9 and a-v: 60 random bits."""
        return "".join(secrets.choice(_DIGITS) for _ in range(12))
