"""API Gateway's REST proxy event, read into an `HttpRequest`: whatever the event lacks or doubles, this copes."""

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

# Lambda takes 6 MB at most; base64 and the event around the body take their share.
LARGEST_BODY = 4_000_000


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as the gateway hands it on; header names are in lower case."""

    method: str
    resource: str
    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    request_id: str
    caller: str

    def document(self) -> Any:  # noqa: ANN401 - any JSON document
        """Return the body as JSON; raises `HttpError` (413, 415) or `MalformedSweep`."""
        if len(self.body) > LARGEST_BODY:
            raise HttpError(413, f"the body has {len(self.body)} bytes, and at most {LARGEST_BODY} are allowed")
        _check_content_type(self.headers.get("content-type", "application/json"))
        try:
            return read_json(self.body.decode())
        except UnicodeDecodeError as error:
            raise MalformedSweep.at("", f"the body is not UTF-8 text (byte {error.start})") from error


def read_event(event: Mapping[str, Any]) -> HttpRequest:
    """Read a proxy event; raises `MalformedSweep` for a body that is no text, or not the base64 it claims to be."""
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
    """Return the gateway's id of the request, empty if there is none; it needs no readable event."""
    return str(_mapping(event, "requestContext").get("requestId") or "")


def _mapping(event: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = event.get(key)
    return found if isinstance(found, Mapping) else {}


def _strings(event: Mapping[str, Any], single: str, multiple: str = "") -> dict[str, str]:
    """Return names and values, the last value of each; the gateway leaves either form out when it is empty."""
    lists = _mapping(event, multiple).items()
    several = {name: values[-1] for name, values in lists if isinstance(values, list) and values}
    alone = {name: value for name, value in _mapping(event, single).items() if value is not None}
    return {str(name): str(value) for name, value in {**several, **alone}.items()}


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not isinstance(body, str):
        raise MalformedSweep.at("", "the body is not text")
    if not event.get("isBase64Encoded"):
        # A lone surrogate has no UTF-8; it stays one, and is refused where the body is decoded.
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedSweep.at("", "the body is not base64") from error


def _check_content_type(value: str) -> None:
    """Refuse what is not JSON in UTF-8."""
    header = Message()
    header["content-type"] = value.replace("\r", " ").replace("\n", " ")
    kind = header.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HttpError(415, "the body must be application/json")
    if str(header.get_content_charset("utf-8")) not in {"utf-8", "utf8", "us-ascii"}:
        raise HttpError(415, "the body must be JSON in UTF-8")
