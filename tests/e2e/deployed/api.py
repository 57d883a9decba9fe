"""The deployed API as its users see it: signed requests over HTTP."""

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


class Api:
    """One API, and a user who may call it and do nothing else."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        """Know a stack's API by the record that bringing it up printed."""
        self.api = str(record["api"])
        self.region = str(record["region"])
        self.authority = str(record["authority"])
        self.caller = Credentials(record["caller"]["access_key_id"], record["caller"]["secret_access_key"])
        self._http = urllib3.PoolManager(ca_certs=self.authority, retries=False, timeout=LIMIT)

    def close(self) -> None:
        """Let go of every connection: the emulator waits for them when it is asked to end."""
        self._http.clear()

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> Answer:
        """Send one request, signed by the caller or somebody else."""
        return self.send(method, path, body, self.signed(method, path, body, headers, signer))

    def signed(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        signer: Credentials | None = None,
    ) -> dict[str, str]:
        """Return a request's headers with a signature among them."""
        url = urlsplit(f"{self.api}{path}")
        query = dict(parse_qsl(url.query))
        request = AWSRequest(method, url._replace(query="").geturl(), dict(headers or {}), body, params=query)
        SigV4Auth(signer or self.caller, "execute-api", self.region).add_auth(request)
        return dict(request.headers)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request as it is."""
        return self._answer(method, f"{self.api}{path}", body=body, headers=dict(headers))

    def fetch(self, url: str) -> Answer:
        """Get what a link leads to, with no key at all."""
        return self._answer("GET", url)

    def _answer(self, method: str, url: str, **more: Any) -> Answer:  # noqa: ANN401 - what urllib3 takes
        got = self._http.request(method, url, **more)
        return Answer(got.status, {name.lower(): value for name, value in got.headers.items()}, got.data)

    def submit(self, document: Mapping[str, Any], key: str | None = None) -> Answer:
        """Post a request."""
        headers = {"Content-Type": JSON} | ({"Idempotency-Key": key} if key else {})
        return self.call("POST", "/sweeps", json.dumps(document).encode(), headers)

    def describe(self, sweep_id: str) -> dict[str, Any]:
        """Ask where a sweep stands."""
        answer = self.call("GET", f"/sweeps/{sweep_id}")
        assert answer.status == 200, answer.body
        return answer.document

    def ended(self, sweep_id: str, seconds: float = LIMIT) -> dict[str, Any]:
        """Wait until a sweep runs no longer, and give its last status."""

        def look() -> dict[str, Any] | None:
            status = self.describe(sweep_id)
            return None if status["state"] in {"dispatching", "running"} else status

        return eventually(look, seconds)
