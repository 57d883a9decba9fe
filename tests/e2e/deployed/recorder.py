"""Stands where the worker would: takes every payload that is delivered, and keeps it."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from tests.e2e.deployed.eventually import eventually


class Recorder(ThreadingHTTPServer):
    """Use it in a `with` block; the worker's events are sent to `url`, and `payloads` has them as they came."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self) -> None:
        """Listen on loopback."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.payloads: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def __enter__(self) -> Self:
        """Start serving."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    def payloads_of(self, sweep_id: str) -> list[dict[str, Any]]:
        """Give what was delivered of one sweep, in the order of its shards."""
        payloads = [payload for payload in self.payloads if payload["sweep_id"] == sweep_id]
        return sorted(payloads, key=lambda payload: int(payload["shard"]["number"]))

    def wait_for(self, sweep_id: str, shards: int) -> None:
        """Return once so many payloads of a sweep have come."""
        eventually(lambda: len(self.payloads_of(sweep_id)) >= shards)


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        """Keep one payload, and answer as a worker that is content."""
        self.server.payloads.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = b'{"outcome": "done"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""
