"""Takes the worker's events from the emulator, and runs them on a pool of AWS's own runtimes.

The emulator waits for an answer as long as the function's timeout. While an event waits for a free runtime, and when
its time begins, this server sends the interim answer `100 Continue`, with which that wait begins anew: so no event
loses its time, or an attempt, by waiting.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.deployed_function import DeployedFunction
from infra.local.deployment import Deployment
from infra.local.emulator import LOOPBACK
from infra.local.runtime import RuntimeMissingError
from infra.local.runtime_pool import RuntimePool

DEADLINE = "X-Amzn-Lambda-Deadline-Ms"
# How often an event's wait is prolonged within the time that the emulator would wait, and the least wait in seconds.
TIMES, LEAST = 4, 0.2
# The lines of the runtime emulator; the emulator of AWS writes its own START, END and REPORT.
OF_RUNTIME = re.compile(r"\d\d \w{3} \d{4} [\d:,]+ \[\w+\] \(rapid\)|(START|END|REPORT) RequestId: ")


class FunctionLog:
    """The function's log group in the emulator, which logs nothing of what runs elsewhere."""

    def __init__(self, deployment: Deployment, group: str) -> None:
        """Write into one new stream of the group."""
        self._logs: Any = deployment.client("logs")
        self._place = {"logGroupName": group, "logStreamName": f"pool-{time.time_ns()}"}
        self._logs.create_log_stream(**self._place)

    def write(self, lines: list[str]) -> None:
        """Write the lines of one event, if there are any."""
        now = time.time_ns() // 1_000_000
        events = [{"timestamp": now, "message": line} for line in lines if line and not OF_RUNTIME.match(line)]
        if events:
            self._logs.put_log_events(**self._place, logEvents=events)


class Server(ThreadingHTTPServer):
    """Accepts events for a pool; each waits in a thread of its own."""

    request_queue_size = 1024
    daemon_threads = True

    def __init__(self, port: int, pool: RuntimePool, log: FunctionLog) -> None:
        """Listen on a port of loopback."""
        super().__init__((LOOPBACK, port), Handler)
        self.pool = pool
        self.log = log


class Handler(BaseHTTPRequestHandler):
    """Runs the event of one request; its path is the number of workers that may run at once."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer 200 with the value that the function returned, or 500 with the words of its error."""
        # A client that has gone gets no answer: the emulator, at the end of the event's time or of its own.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            event = self.rfile.read(int(self.headers["Content-Length"]))
            answer = self._run(event)
            failure = error_of(answer)
            body = answer if failure is None else failure.encode()
            self.send_response(HTTPStatus.OK if failure is None else HTTPStatus.INTERNAL_SERVER_ERROR)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

    def _run(self, event: bytes) -> bytes:
        seconds = int(self.headers[DEADLINE]) / 1000 - time.time()
        try:
            ended = self.server.pool.run(event, int(self.path[1:]), self._wait_longer, max(LEAST, seconds / TIMES))
            self.server.log.write(ended.lines)
        except (RuntimeMissingError, BotoCoreError, ClientError, OSError) as error:
            return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()
        return ended.answer

    def _wait_longer(self) -> None:
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Log no request: the function has a log of its own."""


def error_of(answer: bytes) -> str | None:
    """Return the words of an error of AWS's runtime for an exception, an exit or a timeout; None for a value."""
    try:
        body = json.loads(answer)
    except ValueError:
        return answer.decode("utf-8", "replace")
    if isinstance(body, dict) and "errorType" in body and "errorMessage" in body:
        return f"{body['errorType']}: {body['errorMessage']}"
    return None


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="Run a stack's worker on a pool of runtimes.")
    for name in ("--url", "--function", "--log-group"):
        parser.add_argument(name, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--authority", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    deployment = Deployment(arguments.url, arguments.authority, arguments.folder)
    function = DeployedFunction(arguments.function, deployment, arguments.folder)
    pool = RuntimePool(function.since, arguments.folder)
    Server(arguments.port, pool, FunctionLog(deployment, arguments.log_group)).serve_forever()


if __name__ == "__main__":
    main()
