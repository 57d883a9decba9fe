"""Calls of the deployed API: signed by the caller, repeated while that can help, and answered by a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from adapters.remote.attempts import Attempts, PassingError
from adapters.remote.http import Answer, Http
from adapters.remote.refusals import detail_of, refused
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable

SERVICE = "execute-api"
# Nothing was done yet, or what was done is done once: every POST of the API can be repeated.
_PASSING = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; a POST must be one that can be repeated without another effect."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    # The sweep that a 404 says is not there.
    sweep_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that succeeded."""

    status: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedApi:
    """The API of one stack; `credentials` returns the key to sign with, which may change while the client runs."""

    address: str
    region: str
    credentials: Callable[[], ReadOnlyCredentials]
    http: Http
    attempts: Attempts = field(default_factory=Attempts)

    def ask(self, call: Call, deadline: Deadline) -> Reply:
        """Return the answer; raises what the use cases raise, and `PlaceUnusable` where the API refuses the caller."""
        return self.attempts(lambda: self._attempt(call), deadline)

    def _attempt(self, call: Call) -> Reply:
        request = AWSRequest(
            call.method, f"{self.address}{call.path}", dict(call.headers), call.body, params=dict(call.query)
        )
        # Signed anew for each attempt: a signature is valid for minutes, and credentials may expire.
        SigV4Auth(self.credentials(), SERVICE, self.region).add_auth(request)
        answer = self.http.send(request.prepare())
        if answer.status in _PASSING or (call.method == "GET" and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR):
            raise PassingError(f"the API answers {answer.status}{detail_of(answer)}", _asked_wait(answer))
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise refused(answer, call.sweep_id)
        return Reply(answer.status, self._document(answer))

    def _document(self, answer: Answer) -> dict[str, Any]:
        try:
            document = json.loads(answer.body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            kind = answer.headers.get("content-type", "nothing that has a type").partition(";")[0]
            host = urlsplit(self.address).netloc
            raise DependencyUnavailable(f"{host} answers with {kind} where JSON is expected; is a proxy in between?")
        return document


def _asked_wait(answer: Answer) -> float:
    """Return the seconds that the answer asks to wait; 0 where it asks for none, or for a moment instead."""
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdecimal() else 0.0
