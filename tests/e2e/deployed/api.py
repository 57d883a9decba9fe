"""A client of the deployed API: signed requests over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.e2e.deployed.eventually import LIMIT, eventually

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def problem(self) -> dict[str, Any]:
        """The body as a problem document (RFC 9457), which names the status of the answer."""
        document = self.document
        assert self.headers["content-type"] == "application/problem+json", self.body
        assert document.keys() >= {"type", "title", "detail", "request_id"}, self.body
        assert document.get("status") == self.status, self.body
        return document


class Api:
    """One API, and a user who may call it and nothing else."""

    def __init__(self, stack: Mapping[str, Any]) -> None:
        """Read the API's address and the caller's key from the description that `make stack-up` prints."""
        self.api = str(stack["api"])
        self.region = str(stack["region"])
        self.authority = str(stack["authority"])
        self.caller = Credentials(stack["caller"]["access_key_id"], stack["caller"]["secret_access_key"])
        self._http = urllib3.PoolManager(ca_certs=self.authority, retries=False, timeout=LIMIT)

    def close(self) -> None:
        """Close every connection, for which the emulator waits before it stops."""
        self._http.clear()

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> Answer:
        """Send one request, signed by the caller or by `signer`."""
        return self.send(method, path, body, self.signed(method, path, body, headers, signer))

    def signed(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> dict[str, str]:
        """Return a request's headers with its signature."""
        url = urlsplit(f"{self.api}{path}")
        query = dict(parse_qsl(url.query))
        request = AWSRequest(method, url._replace(query="").geturl(), dict(headers or {}), body, params=query)
        SigV4Auth(signer or self.caller, "execute-api", self.region).add_auth(request)
        return dict(request.headers)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request without adding a signature."""
        return self._answer(method, f"{self.api}{path}", body=body, headers=dict(headers))

    def fetch(self, url: str) -> Answer:
        """Get the object of a link, without credentials."""
        return self._answer("GET", url)

    def store(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Put an object by a link, without credentials."""
        return self._answer("PUT", url, body=body, headers=dict(headers))

    def _answer(self, method: str, url: str, **more: Any) -> Answer:  # noqa: ANN401 - the options of urllib3
        response = self._http.request(method, url, **more)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, response.data)

    def submit(self, document: Mapping[str, Any], key: str | None = None) -> Answer:
        """Submit a request, with an idempotency key if there is one."""
        headers = {"Content-Type": JSON} | ({"Idempotency-Key": key} if key else {})
        return self.call("POST", "/sweeps", json.dumps(document).encode(), headers)

    def describe(self, sweep_id: str) -> dict[str, Any]:
        """Return the status document of a sweep."""
        answer = self.call("GET", f"/sweeps/{sweep_id}")
        assert answer.status == 200, answer.body
        return answer.document

    def ended(self, sweep_id: str, seconds: float = LIMIT) -> dict[str, Any]:
        """Wait until a sweep is neither dispatching nor running, and return its status document."""

        def look() -> dict[str, Any] | None:
            status = self.describe(sweep_id)
            return None if status["state"] in {"dispatching", "running"} else status

        return eventually(look, seconds)
