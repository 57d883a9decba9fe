"""API Gateway's REST proxy event, read into an `HttpRequest`, also where a part of the event is missing or doubled."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from adapters.api_gateway.problems import HttpError
from adapters.documents.strict_json import read_json
from domain.errors import MalformedSweep

# In bytes. An event of Lambda has at most 6 MB; base64 adds a third to the body, and the event has other parts.
LARGEST_BODY = 4_000_000
# In characters; the gateway's own ids have 36.
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as the gateway passes it on; header names are in lower case."""

    method: str
    resource: str
    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    request_id: str
    caller: str

    def document(self) -> Any:  # noqa: ANN401 - any JSON document
        """Return the JSON document in the body; raises `HttpError` (413, 415) or `MalformedSweep`."""
        if len(self.body) > LARGEST_BODY:
            raise HttpError(413, f"the body has {len(self.body)} bytes, and at most {LARGEST_BODY} are allowed")
        _check_content_type(self.headers.get("content-type", "application/json"))
        try:
            return read_json(self.body.decode())
        except UnicodeDecodeError as error:
            raise MalformedSweep.at("", f"the body is not UTF-8 text (byte {error.start})") from error


def read_event(event: Mapping[str, Any]) -> HttpRequest:
    """Return the request of a proxy event; raises `MalformedSweep` for a body that is not text or not valid base64."""
    identity = _mapping(_mapping(event, "requestContext"), "identity")
    return HttpRequest(
        method=str(event.get("httpMethod") or ""),
        resource=str(event.get("resource") or ""),
        headers={name.lower(): value for name, value in _strings(event, "headers", "multiValueHeaders").items()},
        path=_strings(event, "pathParameters"),
        query=_strings(event, "queryStringParameters", "multiValueQueryStringParameters"),
        body=_body(event),
        request_id=request_id_of(event),
        caller=str(identity.get("userArn") or identity.get("caller") or ""),
    )


def request_id_of(event: Mapping[str, Any]) -> str:
    """Return the gateway's id of the request, or "" where the event has none; it reads any event, valid or not."""
    return str(_mapping(event, "requestContext").get("requestId") or "")[:_LONGEST_ID]


def _mapping(event: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = event.get(key)
    return found if isinstance(found, Mapping) else {}


def _strings(event: Mapping[str, Any], single: str, multiple: str = "") -> dict[str, str]:
    """Return the last value of each name. An event may lack either form, of one value or of several a name."""
    lists = _mapping(event, multiple).items()
    several = {name: values[-1] for name, values in lists if isinstance(values, list) and values}
    alone = {name: value for name, value in _mapping(event, single).items() if value is not None}
    return {str(name): str(value) for name, value in {**several, **alone}.items()}


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not isinstance(body, str):
        raise MalformedSweep.at("", "the body is not text")
    if not event.get("isBase64Encoded"):
        # Half a surrogate pair is kept here, and refused where the body is decoded.
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedSweep.at("", "the body is not base64") from error


def _check_content_type(value: str) -> None:
    """Raise `HttpError` (415) for a media type that is not JSON, or a character set that is not UTF-8."""
    header = Message()
    header["content-type"] = value.replace("\r", " ").replace("\n", " ")
    kind = header.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HttpError(415, "the body must be application/json")
    if str(header.get_content_charset("utf-8")) not in {"utf-8", "utf8", "us-ascii"}:
        raise HttpError(415, "the body must be JSON in UTF-8")
