"""Calls of DynamoDB by libcurl: its protocol is JSON, with binary values as base64 and a checksum of each answer."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.aws.credentials import credentials
from adapters.aws.dynamodb_calls import CONNECT, READ
from adapters.aws.endpoints import endpoint_of
from adapters.aws.failures import RefusedError, UnansweredError
from adapters.aws.signed_http import Answer, Limits, Request, SignedHttp

_VERSION = "DynamoDB_20120810"
_TYPE = "application/x-amz-json-1.0"
_OK = 200
# A batch of items is at most 16 MB, of which base64 makes 4/3, and escapes make more.
LIMITS = Limits(connect=CONNECT, silence=2, total=CONNECT + READ, largest=64_000_000)


def dynamodb_curl() -> DynamoDbCurl:
    """Return calls of the DynamoDB that the environment names."""
    endpoint = endpoint_of("dynamodb")
    return DynamoDbCurl(SignedHttp("dynamodb", endpoint.region, credentials, LIMITS), endpoint.url)


@dataclass(frozen=True, slots=True)
class DynamoDbCurl:
    """The `DynamoDbCalls` of an address."""

    http: SignedHttp
    url: str

    def call(self, operation: str, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Send the request and return the answer."""
        headers = {"X-Amz-Target": f"{_VERSION}.{operation}", "Content-Type": _TYPE}
        answer = self.http.send(Request("POST", f"{self.url}/", headers, _encoded(request)), seconds)
        document = _document(answer)
        if answer.status != _OK:
            raise RefusedError(_code(document) or str(answer.status), answer.status)
        if not isinstance(document, dict):
            raise UnansweredError("NoDocument", sent=True)
        return document


def _encoded(request: Mapping[str, Any]) -> bytes:
    # Only binary values are of no type that JSON knows.
    return json.dumps(request, default=lambda value: b64encode(value).decode()).encode()


def _document(answer: Answer) -> object:
    """Return an answer's document, None for what is none; raises `UnansweredError` for one damaged on the way."""
    said = answer.headers.get("x-amz-crc32")
    if said and said != str(zlib.crc32(answer.body)):
        raise UnansweredError("ChecksumMismatch", sent=True)
    has_bytes = b'"B"' in answer.body
    try:
        document: object = json.loads(answer.body, object_hook=_with_bytes if has_bytes else None)
    except ValueError:
        return None
    return document


def _code(document: object) -> str:
    """Return an error's code, as in `com.amazonaws.dynamodb.v20120810#ThrottlingException`; empty if there is none."""
    return str(document.get("__type", "")).rpartition("#")[2] if isinstance(document, dict) else ""


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object with the bytes of a binary value, which is `{"B": "..."}`; an item has no texts in it."""
    match value:
        case {"B": str(text)} if len(value) == 1:
            return {"B": b64decode(text)}
    return value
