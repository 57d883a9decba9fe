"""Puts several runtimes behind one address: one process for each event would be more than a machine can run."""

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
    """Takes events at `url` and passes each to a free runtime; events wait while none is free."""

    def __init__(self, function: Function, size: int, folder: Path) -> None:
        """Describe a pool; it starts when it is entered, and ends, with all its processes, when it is left."""
        self._function = function
        self._logs = [folder / f"runtime-{number}.log" for number in range(size)]
        self._runtimes: list[Runtime] = []
        self._free: queue.SimpleQueue[Runtime] = queue.SimpleQueue()
        self._server = Server((LOOPBACK, 0), self)

    @property
    def url(self) -> str:
        """The address to which the emulator sends events: a function's MINISTACK_LAMBDA_PROXY_URL."""
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def __enter__(self) -> Self:
        """Start the runtimes, then take events."""
        try:
            for log in self._logs:
                self._runtimes.append(Runtime.start(self._function, log))
                self._free.put(self._runtimes[-1])
        except BaseException:
            self.__exit__()
            raise
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """Take no more events, and end every process."""
        if self._runtimes and len(self._runtimes) == len(self._logs):
            self._server.shutdown()
        self._server.server_close()
        with ThreadPoolExecutor() as threads:
            list(threads.map(Runtime.stop, self._runtimes))

    def invoke(self, event: bytes) -> bytes:
        """Run one event on a free runtime."""
        runtime = self._free.get()
        try:
            return runtime.invoke(event)
        finally:
            self._free.put(runtime)


class Server(ThreadingHTTPServer):
    """Takes requests for a pool; each waits in a thread of its own."""

    request_queue_size = 1024
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pool: RuntimePool) -> None:
        """Listen for a pool."""
        super().__init__(address, Handler)
        self.pool = pool


class Handler(BaseHTTPRequestHandler):
    """Passes one event on, and tells a function's error by the status, as the emulator of AWS expects."""

    server: Server

    def do_POST(self) -> None:
        """Answer 200 with what the function returned, or 500 with what it raised."""
        event = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.pool.invoke(event)
        self.send_response(500 if raised(answer) else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Write no line for a request; the runtimes have logs."""


def raised(answer: bytes) -> bool:
    """Return whether an answer is the error of AWS's runtime for an exception, an exit or a timeout."""
    try:
        body = json.loads(answer)
    except ValueError:
        return True
    return isinstance(body, dict) and "errorType" in body and "errorMessage" in body
