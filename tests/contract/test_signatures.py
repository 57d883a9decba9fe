"""The check of signatures accepts what botocore signs, and nothing that was changed afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import botocore.auth
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from tests.fakes.signatures import is_signed

# The signatures are the same on every Python.
pytestmark = pytest.mark.one_python

KEYS = ReadOnlyCredentials("AKID", "secret", "token")
KNOWN = {"AKID": KEYS, "OTHER": ReadOnlyCredentials("OTHER", "another", None)}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a server receives it."""

    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/a/b%3Ac"
    query: str = "x=1&y="
    body: bytes = b"body"
    method: str = "PUT"

    def is_signed(self) -> bool:
        """Return whether its signature is right."""
        return is_signed(self.method, self.path, self.query, self.headers, self.body, KNOWN)


def signed(service: str = "lambda", credentials: ReadOnlyCredentials = KEYS) -> Request:
    """Return a request that botocore signs."""
    request = Request()
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    wanted = AWSRequest(request.method, f"https://host{request.path}?{request.query}", {"Host": "host"}, request.body)
    kind(credentials, service, "us-east-1").add_auth(wanted)
    return replace(request, headers=dict(wanted.headers.items()))


@pytest.mark.parametrize("service", ["lambda", "s3"])
@pytest.mark.parametrize("credentials", KNOWN.values(), ids=KNOWN)
def test_what_botocore_signs_is_right(service: str, credentials: ReadOnlyCredentials) -> None:
    """For a service that signs a path's encoding, for S3, which signs it as it is, with a session token and without."""
    assert signed(service, credentials).is_signed()


CHANGES: dict[str, Callable[[Request], Request]] = {
    "the method": lambda request: replace(request, method="POST"),
    "the path": lambda request: replace(request, path="/a/b:c"),
    "the query": lambda request: replace(request, query="x=2&y="),
    "the body": lambda request: replace(request, body=b"else"),
    "the host": lambda request: replace(request, headers={**request.headers, "Host": "other"}),
    "another token": lambda request: replace(request, headers={**request.headers, "X-Amz-Security-Token": "other"}),
    "a further header of AWS": lambda request: replace(request, headers={**request.headers, "X-Amz-Target": "Delete"}),
    "the key": lambda request: replace(request, headers=_authorized(request, "AKID", "OTHER")),
    "an unknown key": lambda request: replace(request, headers=_authorized(request, "AKID", "UNKNOWN")),
    "the region": lambda request: replace(request, headers=_authorized(request, "us-east-1", "us-east-2")),
    "no signature": lambda request: replace(request, headers={"Host": "host"}),
}


def _authorized(request: Request, old: str, new: str) -> dict[str, str]:
    return {**request.headers, "Authorization": request.headers["Authorization"].replace(old, new)}


@pytest.mark.parametrize("service", ["lambda", "s3"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_after_signing_is_noticed(change: Callable[[Request], Request], service: str) -> None:
    """Whatever is changed, the signature is wrong."""
    assert not change(signed(service)).is_signed()


def test_a_hash_of_another_body_is_noticed() -> None:
    """S3's own header is signed, and must have the hash of the body that arrived."""
    assert replace(signed("s3"), body=b"else").headers["X-Amz-Content-SHA256"] == sha256(b"body").hexdigest()
    assert not replace(signed("s3"), body=b"else").is_signed()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_of_another_time_is_noticed(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """AWS accepts a clock that is five minutes off, and not one of six."""
    then = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: then)
    assert not signed().is_signed()
