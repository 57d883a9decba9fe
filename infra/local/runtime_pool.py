"""Puts a few runtimes behind one address, because a machine cannot run a process for each event."""

from __future__ import annotations

import json
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from infra.local.emulator import LOOPBACK
from infra.local.runtime import Function, Runtime


class RuntimePool:
    """Accepts events at `url`, and runs each on a free runtime; an event waits while no runtime is free."""

    def __init__(self, function: Function, size: int, folder: Path) -> None:
        """Start nothing yet: the `with` block starts `size` runtimes, and ends their processes when it is left."""
        self._function = function
        self._logs = [folder / f"runtime-{number}.log" for number in range(size)]
        self._runtimes: list[Runtime] = []
        self._free: queue.SimpleQueue[Runtime] = queue.SimpleQueue()
        self._server = Server((LOOPBACK, 0), self)
        self._serving = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The address to which the emulator sends events: a function's MINISTACK_LAMBDA_PROXY_URL."""
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def __enter__(self) -> Self:
        """Start the runtimes, then accept events; raises `RuntimeMissingError`, and leaves no process behind."""
        try:
            for log in self._logs:
                self._runtimes.append(Runtime.start(self._function, log))
                self._free.put(self._runtimes[-1])
        except BaseException:
            self.__exit__()
            raise
        self._serving.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """Accept no more events, and end every process."""
        # A server that does not serve would wait for ever for its own end.
        if self._serving.is_alive():
            self._server.shutdown()
        self._server.server_close()
        with ThreadPoolExecutor() as threads:
            list(threads.map(Runtime.stop, self._runtimes))

    def invoke(self, event: bytes) -> bytes:
        """Run one event on a free runtime, waiting for one, and return the answer."""
        runtime = self._free.get()
        try:
            return runtime.invoke(event)
        finally:
            self._free.put(runtime)


class Server(ThreadingHTTPServer):
    """Accepts requests for a pool; each waits in a thread of its own."""

    request_queue_size = 1024
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pool: RuntimePool) -> None:
        """Listen on an address for a pool."""
        super().__init__(address, Handler)
        self.pool = pool


class Handler(BaseHTTPRequestHandler):
    """Runs the event of one request; a function's error has status 500, as the emulator of AWS expects."""

    server: Server

    def do_POST(self) -> None:
        """Answer 200 with the value that the function returned, or 500 with the error that it raised."""
        event = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.pool.invoke(event)
        self.send_response(500 if raised(answer) else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Log no request: the runtimes have logs of their own."""


def raised(answer: bytes) -> bool:
    """Return whether an answer is the error of AWS's runtime for an exception, an exit or a timeout."""
    try:
        body = json.loads(answer)
    except ValueError:
        return True
    return isinstance(body, dict) and "errorType" in body and "errorMessage" in body
