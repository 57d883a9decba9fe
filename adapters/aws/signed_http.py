"""Signed requests to one service of AWS by libcurl: one request, one attempt, one answer, over kept connections.

libcurl signs, by `CURLOPT_AWS_SIGV4`. Where the service closes a kept connection before it answers, libcurl sends the
request once more on a new one, although the service may have taken the first: every call of the ledger and of the
results bears that, as it bears a further attempt of the caller's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil

import pycurl

from adapters.aws.credentials import CredentialsMissingError, CredentialSource
from adapters.aws.curl_errors import MISCONFIGURED
from adapters.aws.curl_handle import new_handle
from adapters.aws.endpoints import certificates, proxy_of
from adapters.aws.failures import UnansweredError, UnusableError

_TOKEN = "x-amz-security-token"  # noqa: S105 - a header's name
# Slower than a byte a second is silence.
_SILENCE = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, in seconds: to connect, without a byte, in all; and the largest answer in bytes."""

    connect: float
    silence: int
    total: float
    largest: int


@dataclass(frozen=True, slots=True)
class Request:
    """One request; a path's characters are those that need no escape."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with its headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class SignedHttp:
    """Sends requests to one service in one region, from several threads at once."""

    def __init__(self, service: str, region: str, credentials: CredentialSource, limits: Limits) -> None:
        """Sign for a service and a region with the credentials of each moment."""
        self._scope = f"aws:amz:{region}:{service}"
        self._credentials = credentials
        self._limits = limits
        # Each has a connection, and no two threads use one at once.
        self._idle: deque[pycurl.Curl] = deque()

    def send(self, request: Request, seconds: float | None = None) -> Answer:
        """Return the answer, within so many seconds; raises `UnansweredError` or `UnusableError`."""
        handle = self._take()
        reply = _Reply()
        try:
            self._prepare(handle, request, seconds)
            handle.setopt(pycurl.HEADERFUNCTION, reply.read_header)
            handle.setopt(pycurl.WRITEDATA, reply.body)
            handle.perform()
            return Answer(handle.getinfo(pycurl.RESPONSE_CODE), reply.headers, reply.body.getvalue())
        except CredentialsMissingError as error:
            raise UnusableError(str(error)) from error
        except pycurl.error as error:
            raise _failure(error.args[0], sent=handle.getinfo(pycurl.REQUEST_SIZE) > 0) from error
        finally:
            self._idle.append(handle)

    def _take(self) -> pycurl.Curl:
        try:
            return self._idle.pop()
        except IndexError:
            return self._new()

    def _new(self) -> pycurl.Curl:
        handle = new_handle(certificates(), self._limits.connect)
        handle.setopt(pycurl.LOW_SPEED_LIMIT, _SILENCE)
        handle.setopt(pycurl.LOW_SPEED_TIME, self._limits.silence)
        handle.setopt(pycurl.MAXFILESIZE_LARGE, self._limits.largest)
        handle.setopt(pycurl.AWS_SIGV4, self._scope)
        return handle

    def _prepare(self, handle: pycurl.Curl, request: Request, seconds: float | None) -> None:
        left = self._limits.total if seconds is None else min(self._limits.total, seconds)
        handle.setopt(pycurl.TIMEOUT_MS, ceil(left * 1000))
        handle.setopt(pycurl.URL, request.url)
        handle.setopt(pycurl.PROXY, proxy_of(request.url))
        keys = self._credentials()
        handle.setopt(pycurl.USERNAME, keys.access_key)
        handle.setopt(pycurl.PASSWORD, keys.secret_key)
        headers = {**request.headers, _TOKEN: keys.token} if keys.token else request.headers
        # An empty list would leave those of the request before.
        handle.unsetopt(pycurl.HTTPHEADER)
        handle.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()])
        # A body in memory, which libcurl signs whatever the method, also where it sends none.
        handle.setopt(pycurl.POSTFIELDS, request.body)
        if request.method == "GET":
            handle.unsetopt(pycurl.CUSTOMREQUEST)
            handle.setopt(pycurl.HTTPGET, 1)
        else:
            handle.setopt(pycurl.CUSTOMREQUEST, request.method)


class _Reply:
    """What arrives of one answer."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body = BytesIO()

    def read_header(self, line: bytes) -> None:
        """Keep a header; a further status line follows `100 Continue`, or the answer of a proxy."""
        name, _, value = line.decode("latin-1").partition(":")
        if name.startswith("HTTP/"):
            self.headers.clear()
        elif value:
            self.headers[name.strip().lower()] = value.strip()


def _failure(error: int, *, sent: bool) -> UnansweredError | UnusableError:
    code = f"Curl{error}"
    return UnusableError(code) if error in MISCONFIGURED and not sent else UnansweredError(code, sent=sent)
