"""What servers do to the connection of a request, and to the process that made it."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
from contextlib import suppress

from tests.e2e.chaos.function_process import CALLER

_CALLER = re.compile(rf"Credential={CALLER}([0-9]+)/")


def caller_of(authorization: str) -> int:
    """Return the number of the process that signed a request, 0 for one that is no function's."""
    found = _CALLER.search(authorization)
    return int(found[1]) if found else 0


def kill(process: int) -> None:
    """Kill the process of a function: by its number, which only a process of ours signs with."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def break_connection(connection: socket.socket) -> None:
    """End a connection without an answer."""
    with suppress(OSError):
        # Closing without lingering sends a reset instead of an end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
