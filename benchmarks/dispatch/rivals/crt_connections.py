"""awscrt's HTTP client, AWS's own in C, with our signature: one request at a time a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from awscrt.http import HttpClientConnection, HttpHeaders, HttpRequest
from awscrt.io import (
    ClientBootstrap,
    ClientTlsContext,
    DefaultHostResolver,
    EventLoopGroup,
    TlsConnectionOptions,
    TlsContextOptions,
)

from application.documents.payload import Payloads
from benchmarks.dispatch.job import PATH, Job, named
from benchmarks.dispatch.rivals.signed import signed_headers


def prepare(job: Job) -> Callable[[], Counter[str]]:
    """Load the authority, and return what dispatches on one event loop."""
    options = TlsContextOptions()
    options.override_default_trust_store(Path(job.authority).read_bytes())
    tls = ClientTlsContext(options)
    group = EventLoopGroup(1)
    bootstrap = ClientBootstrap(group, DefaultHostResolver(group))

    def dispatch() -> Counter[str]:
        return _Dispatch(job).run(lambda: _connect(job, bootstrap, tls.new_connection_options()))

    return dispatch


def _connect(job: Job, bootstrap: ClientBootstrap, tls: TlsConnectionOptions) -> HttpClientConnection:
    parts = urlsplit(job.endpoint)
    tls.set_server_name(parts.hostname)
    opened = HttpClientConnection.new(parts.hostname, parts.port, bootstrap, tls_connection_options=tls)
    return opened.result()


class _Dispatch:
    """Each connection asks for the next payload as soon as its last request is answered."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._payloads: Iterator[bytes] = map(Payloads(job.sweep).of, job.sweep.plan)
        self._headers = signed_headers(job)
        self._outcomes: Counter[str] = Counter()
        self._ended = Event()

    def run(self, connect: Callable[[], HttpClientConnection]) -> Counter[str]:
        """Dispatch all shards, and return them by outcome."""
        # Read before any is sent: from then on the event loop's thread reads on.
        first = list(islice(self._payloads, self._job.concurrency))
        for connection, payload in [(connect(), payload) for payload in first]:
            self._send(connection, payload)
        self._ended.wait()
        return self._outcomes

    def _send(self, connection: HttpClientConnection, payload: bytes) -> None:
        headers = [*self._headers(payload), ("Content-Length", str(len(payload)))]
        request = HttpRequest("POST", PATH, HttpHeaders(headers), BytesIO(payload))
        stream = connection.request(request, lambda **answer: self._count(answer["status_code"]))
        stream.completion_future.add_done_callback(lambda _: self._go_on(connection))
        stream.activate()

    def _count(self, status: int) -> None:
        self._outcomes[named(status)] += 1

    def _go_on(self, connection: HttpClientConnection) -> None:
        payload = next(self._payloads, None)
        if payload is not None:
            self._send(connection, payload)
        elif self._outcomes.total() == self._job.sweep.plan.shards:
            self._ended.set()
