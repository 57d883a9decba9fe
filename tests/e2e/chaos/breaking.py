"""What servers do to the connection of a request."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress


def break_connection(connection: socket.socket) -> None:
    """End a connection without an answer."""
    with suppress(OSError):
        # Closing without lingering sends a reset instead of an end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
