"""HTTP by botocore's own session: the caller's authorities, proxies and timeouts, and answers that arrived whole."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from adapters.remote.attempts import PassingError
from domain.errors import PlaceUnusable

_CHUNK = 1 << 16
# Headers and body are two writes: the second would wait for the acknowledgement of the first, which may be delayed.
_SOCKET = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
# What is said of each failure. The library's own messages hold whole addresses, and so the signatures of links.
_FAILURES: list[tuple[type[BotoCoreError], str]] = [
    (ProxyConnectionError, "cannot be reached through the proxy"),
    (ConnectTimeoutError, "cannot be reached in time"),
    (EndpointConnectionError, "cannot be reached"),
    (ReadTimeoutError, "does not answer in time"),
    (ConnectionClosedError, "ended the connection before its answer was here"),
]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a client waits, in seconds: for a connection, and for the next bytes of an answer.

    API Gateway answers within 29 s ("Amazon API Gateway quotas", integration timeout).
    """

    connect: float = 5.0
    read: float = 35.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Sends requests, many at once from several threads, and keeps connections for the next ones."""

    def __init__(self, authorities: str | bool, timeouts: Timeouts | None = None, connections: int = 16) -> None:  # noqa: FBT001 - the library's own form
        """Trust these authorities: the path of a bundle, or True for those that botocore ships."""
        self._authorities = authorities
        self._timeouts = timeouts or Timeouts()
        self._connections = connections
        self._sessions: dict[str, URLLib3Session] = {}
        self._lock = threading.Lock()

    def send(self, request: AWSPreparedRequest) -> Answer:
        """Send a request, and return its whole answer; raises `PassingError` and `PlaceUnusable`."""
        with self.opened(request) as response:
            body = b"".join(chunks(response))
        return Answer(response.status_code, _headers(response), body)

    @contextmanager
    def opened(self, request: AWSPreparedRequest) -> Iterator[AWSResponse]:
        """Yield the answer to a request, its body still to be read by `chunks`; raises as `send` does."""
        request.stream_output = True
        host = urlsplit(request.url).netloc
        with _translated(host):
            response = self._session(request.url).send(request)
        try:
            with _translated(host):
                yield response
        finally:
            # Ends the connection of an answer that was not read to its end; one that was is free for others by now.
            response.raw.close()

    def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            session.close()

    def _session(self, url: str) -> URLLib3Session:
        """Return the session for the server of an address: NO_PROXY may name one server and not another."""
        host = urlsplit(url).netloc
        with self._lock:
            if host not in self._sessions:
                self._sessions[host] = URLLib3Session(
                    verify=self._authorities,  # type: ignore[arg-type]  # the stubs lack the path
                    proxies=get_environ_proxies(url),
                    timeout=(self._timeouts.connect, self._timeouts.read),  # type: ignore[arg-type]  # and the pair
                    max_pool_connections=self._connections,
                    socket_options=_SOCKET,  # type: ignore[arg-type]  # nor these
                )
            return self._sessions[host]


def chunks(response: AWSResponse) -> Iterator[bytes]:
    """Yield the body of an answer; raises `PassingError` once it ends before the length that its header tells."""
    told = response.headers.get("content-length")
    received = 0
    for chunk in response.raw.stream(_CHUNK):
        received += len(chunk)
        yield chunk
    if told is not None and told != str(received):
        raise PassingError(f"{urlsplit(response.url).netloc} cut its answer short")


@contextmanager
def _translated(host: str) -> Iterator[None]:
    try:
        yield
    except SSLError as error:
        raise PlaceUnusable(
            f"the certificate of {host} is not trusted here; if it should be, name its authority in AWS_CA_BUNDLE"
        ) from error
    except BotoCoreError as error:
        said = next((text for kind, text in _FAILURES if isinstance(error, kind)), "gives no answer that HTTP knows")
        raise PassingError(f"{host} {said}") from error
    except urllib3.exceptions.ReadTimeoutError as error:
        raise PassingError(f"{host} does not send the rest of its answer") from error
    except urllib3.exceptions.HTTPError as error:
        raise PassingError(f"{host} cut its answer short") from error


def _headers(response: AWSResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
