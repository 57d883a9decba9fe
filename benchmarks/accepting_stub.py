"""A stub of Lambda's `Invoke` that accepts every event at once, in one thread, and keeps those of chosen functions."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from multiprocessing.connection import Connection
from threading import Thread

_FUNCTION = re.compile(rb"POST /2015-03-31/functions/([^/]+)/")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
    b"x-amzn-RequestId: 00000000-0000-0000-0000-000000000000\r\nConnection: keep-alive\r\n\r\n"
)


class AcceptingStub:
    """Counts the events of each function, and keeps the bodies of those that `kept` names."""

    def __init__(self, kept: frozenset[str]) -> None:
        """Accept nothing yet."""
        self.kept = kept
        self.accepted: Counter[str] = Counter()
        self.bodies: deque[bytes] = deque()

    def accept(self, function: str, body: bytes) -> None:
        """Take over one event."""
        self.accepted[function] += 1
        if function in self.kept:
            self.bodies.append(body)


class _Requests(asyncio.Protocol):
    """Answers the requests of one connection."""

    def __init__(self, stub: AcceptingStub) -> None:
        self._stub = stub
        self._received = bytearray()
        self._is_waited_for = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of a TCP server
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while self._answer():
            pass

    def _answer(self) -> bool:
        """Answer the first request, if all of it has arrived."""
        head, blank, _ = self._received.partition(b"\r\n\r\n")
        if not blank:
            return False
        length = _LENGTH.search(bytes(head) + b"\r\n")
        start = len(head) + len(blank)
        end = start + (int(length[1]) if length else 0)
        if len(self._received) < end:
            if b"100-continue" in head and not self._is_waited_for:
                self._is_waited_for = True
                self._transport.write(_CONTINUE)
            return False
        function = _FUNCTION.match(head)
        self._stub.accept(function[1].decode() if function else "", bytes(self._received[start:end]))
        del self._received[:end]
        self._is_waited_for = False
        self._transport.write(_ACCEPTED)
        return True


def serve(pipe: Connection, kept: frozenset[str]) -> None:
    """Serve until the pipe is closed. Send the address, and at each message what was accepted since the last one."""
    stub, loop = AcceptingStub(kept), asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: _Requests(stub), "127.0.0.1", 0, backlog=1024))
    Thread(target=loop.run_forever, daemon=True).start()
    pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    while True:
        try:
            pipe.recv()
        except EOFError:
            return
        accepted, bodies = stub.accepted, list(stub.bodies)
        stub.accepted, stub.bodies = Counter(), deque()
        pipe.send((accepted, bodies))
