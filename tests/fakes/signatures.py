"""Whether a request is signed as AWS demands it: botocore computes the signature once more from what arrived.

The rules beside the signature are those of the guide "Signature Version 4 for API requests": the host, the date and all
headers of AWS are signed, the date is at most five minutes off, and the token is the one of the key.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_SKEW = timedelta(minutes=5)
# What S3 accepts instead of the body's hash; the second one is followed by a checksum in the body's trailer.
_UNSIGNED = {"UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}


def is_signed(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    known: Mapping[str, ReadOnlyCredentials],
) -> bool:
    """Return whether a request, path and query as they arrived, is signed with one of the known keys, by its name.

    S3 alone may leave its body unsigned; a header that says so, or that has the body's hash, must be right.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    found = _AUTHORIZATION.fullmatch(lower.get("authorization", ""))
    if found is None or found["key"] not in known:
        return False
    signed = found["signed"].split(";")
    credentials = known[found["key"]]
    if not (_covers(signed, lower) and _is_fresh(lower, found["day"]) and _is_body(lower, body, found["service"])):
        return False
    if lower.get("x-amz-security-token") != credentials.token:
        return False
    kind = S3SigV4Auth if found["service"] == "s3" else SigV4Auth
    request = AWSRequest(method, f"https://host{path}?{query}", {name: lower[name] for name in signed}, body)
    request.context["timestamp"] = lower["x-amz-date"]
    auth = kind(credentials, found["service"], found["region"])
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return hmac.compare_digest(expected, found["signature"])


def _covers(signed: list[str], headers: Mapping[str, str]) -> bool:
    """Return whether the headers that must be signed are, and whether the signed ones arrived."""
    demanded = {name for name in headers if name.startswith("x-amz-")} | {"host", "x-amz-date"}
    return demanded <= set(signed) <= set(headers)


def _is_fresh(headers: Mapping[str, str], day: str) -> bool:
    try:
        at = datetime.strptime(headers["x-amz-date"], _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - at) <= _SKEW and headers["x-amz-date"].startswith(day)


def _is_body(headers: Mapping[str, str], body: bytes, service: str) -> bool:
    """Return whether the header with the body's hash says what is true; S3 demands the header."""
    said = headers.get("x-amz-content-sha256")
    if service == "s3":
        return said in {*_UNSIGNED, sha256(body).hexdigest()}
    return said in {None, sha256(body).hexdigest()}


class SignedOnly:
    """A WSGI application that refuses what is signed wrongly with a known key, before another one answers."""

    def __init__(self, application: Any, known: Mapping[str, ReadOnlyCredentials]) -> None:  # noqa: ANN401 - WSGI
        """Guard an application; it answers what is signed by the address, or with other keys, as it likes."""
        self._application = application
        self._known = known

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI
        """Answer a request."""
        found = _AUTHORIZATION.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
        if found and found["key"] in self._known:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            path, _, query = environ["RAW_URI"].partition("?")
            if not is_signed(environ["REQUEST_METHOD"], path, query, _headers(environ), body, self._known):
                start_response("403 Forbidden", [("x-amzn-errortype", "InvalidSignatureException")])
                return [b'{"__type": "InvalidSignatureException"}<Code>SignatureDoesNotMatch</Code>']
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a WSGI request."""
    own = {"CONTENT_TYPE", "CONTENT_LENGTH"}
    named = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    named |= {name: environ[name] for name in own if environ.get(name)}
    return {name.replace("_", "-").lower(): value for name, value in named.items()}
