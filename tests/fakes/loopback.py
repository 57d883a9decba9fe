"""HTTP servers for tests, on 127.0.0.1 and a free port, which print nothing."""

from __future__ import annotations

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self


class LoopbackServer(ThreadingHTTPServer):
    """Use it in a `with` block. A thread answers each connection."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, handler: type[LoopbackHandler]) -> None:
        """Listen; requests wait until the `with` block begins."""
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        """Start serving."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Print nothing about clients that end the connection, which a test may do on purpose."""


class LoopbackHandler(BaseHTTPRequestHandler):
    """A handler whose subclass answers every GET, PUT and POST in `respond`."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: the second would wait for the client's delayed acknowledgement of the first.
    disable_nagle_algorithm = True

    def respond(self) -> None:
        """Answer the request."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answer a GET."""
        self.respond()

    def do_PUT(self) -> None:
        """Answer a PUT."""
        self.respond()

    def do_POST(self) -> None:
        """Answer a POST."""
        self.respond()

    def read_body(self) -> bytes:
        """Return the request's body."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer: status, headers and body."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Log nothing."""
