"""A server on loopback that does on each connection, byte for byte, what a script says."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Literal

# What it does once it has read a request: it sends bytes, or
# "close" ends the connection, "reset" breaks it, "half" ends its own side and reads on, "wait" waits for `release`.
Step = bytes | Literal["close", "reset", "half", "wait"]
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def refusal(status: int, code: str) -> bytes:
    """Return an answer with an error code."""
    return f"HTTP/1.1 {status} Refused\r\nx-amzn-ErrorType: {code}\r\nContent-Length: 0\r\n\r\n".encode()


@dataclass
class ScriptedServer:
    """`script` returns what is done with the n-th request of all (from 0); `requests` has the heads of all."""

    script: Callable[[int], Sequence[Step]]
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    release: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve, and yield the address."""
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            Thread(target=self._accept, args=(listener,), daemon=True).start()
            try:
                yield f"http{'s' if self.tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                self.release.set()
                # Wakes the thread that accepts, which closing alone does not.
                with suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, EOFError), connection:
            wrapped = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with wrapped:
                while True:
                    head = _read_request(wrapped)
                    with self._lock:
                        number = len(self.requests)
                        self.requests.append(head)
                    for step in self.script(number):
                        self._do(step, wrapped)

    def _do(self, step: Step, connection: socket.socket) -> None:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif step == "wait":
            self.release.wait(60)
        elif step == "half":
            connection.shutdown(socket.SHUT_WR)
        else:
            if step == "reset":
                # Closing without lingering sends a reset instead of an end.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            raise EOFError


def _read_request(connection: socket.socket) -> bytes:
    """Return the head of a request whose body has been read as well; raises `EOFError` at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += _some(connection)
    return head


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise EOFError
    return data
