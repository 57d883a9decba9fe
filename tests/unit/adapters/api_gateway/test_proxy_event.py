"""The proxy event of API Gateway: any event is read as a request or refused."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.api_gateway.problems import HttpError
from adapters.api_gateway.proxy_event import LARGEST_BODY, HttpRequest, read_event
from domain.errors import MalformedSweep
from tests.fakes.documents import anything

_KEYS = [
    *("httpMethod", "resource", "headers", "multiValueHeaders", "body", "isBase64Encoded", "requestContext"),
    *("pathParameters", "queryStringParameters", "multiValueQueryStringParameters"),
]


def _event(**parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of an event
    """Return an event with all members that API Gateway sends, and with `parts` in place of some."""
    return {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "pathParameters": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "r-1", "identity": {"userArn": "arn:aws:iam::1:user/ann"}},
        "body": '{"a": 1}',
        "isBase64Encoded": False,
    } | parts


def _refused(request: HttpRequest) -> HttpError:
    with pytest.raises(HttpError) as caught:
        request.document()
    return caught.value


def test_a_full_event_is_read() -> None:
    """The request holds method, resource, path, query, body, caller and request id."""
    request = read_event(_event(pathParameters={"id": "toy-1"}, queryStringParameters={"dry_run": "true"}))
    assert (request.method, request.resource) == ("POST", "/sweeps")
    assert (request.path, request.query) == ({"id": "toy-1"}, {"dry_run": "true"})
    assert (request.request_id, request.caller) == ("r-1", "arn:aws:iam::1:user/ann")
    assert request.document() == {"a": 1}


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
def test_headers_are_found_in_any_case(name: str) -> None:
    """The names of headers are case-insensitive in HTTP, and gateways change their case."""
    assert read_event(_event(headers={name: "k"})).headers["idempotency-key"] == "k"


def test_multi_value_headers_replace_missing_single_ones() -> None:
    """Without single-value headers the last of several values counts, as API Gateway does it."""
    event = _event(headers=None, multiValueHeaders={"Content-Type": ["text/plain", "application/json"]})
    assert read_event(event).document() == {"a": 1}


def test_a_caller_without_an_arn_is_named_by_its_id() -> None:
    """The caller is the id if there is no ARN, and empty if there is neither."""
    assert read_event(_event(requestContext={"identity": {"caller": "AIDA"}})).caller == "AIDA"
    assert read_event(_event(requestContext={})).caller == ""


def test_a_base64_body_is_decoded() -> None:
    """API Gateway encodes a body that it treats as binary."""
    body = base64.b64encode('{"a": "ü"}'.encode()).decode()
    assert read_event(_event(body=body, isBase64Encoded=True)).document() == {"a": "ü"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("%%%", id="other characters"),
        pytest.param("é", id="not ASCII"),
        pytest.param("abc", id="wrong length"),
        pytest.param({"a": 1}, id="no text"),
    ],
)
def test_a_body_that_is_not_base64_is_malformed(body: object) -> None:
    """A body that cannot be decoded raises `MalformedSweep`."""
    with pytest.raises(MalformedSweep):
        read_event(_event(body=body, isBase64Encoded=True))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff{}", id="an invalid byte"),
        pytest.param(b"\xc0\x80", id="an overlong encoding"),
        pytest.param(b"\xed\xa0\x80", id="an encoded surrogate"),
    ],
)
def test_a_body_that_is_not_utf_8_is_malformed(body: bytes) -> None:
    """A body that is not UTF-8, such as an encoded surrogate, raises `MalformedSweep`."""
    request = read_event(_event(body=base64.b64encode(body).decode(), isBase64Encoded=True))
    with pytest.raises(MalformedSweep, match="not UTF-8"):
        request.document()


@pytest.mark.parametrize("body", [pytest.param(None, id="null"), pytest.param("", id="empty")])
def test_no_body_is_not_json(body: str | None) -> None:
    """API Gateway sends null for an empty body. Both raise `MalformedSweep`."""
    with pytest.raises(MalformedSweep, match="not JSON"):
        read_event(_event(body=body)).document()


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/vnd.sweep+json",
    ],
)
def test_every_content_type_of_json_is_accepted(kind: str) -> None:
    """A JSON content type is accepted in any case, with or without charset UTF-8, and with a `+json` suffix."""
    assert read_event(_event(headers={"content-type": kind})).document() == {"a": 1}


def test_a_missing_content_type_means_json() -> None:
    """A body without a content type is read as JSON."""
    assert read_event(_event(headers={}, multiValueHeaders={})).document() == {"a": 1}


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "application/x-www-form-urlencoded", "application/yaml", "text/json", "json"),
        *("application/json; charset=latin-1", "application/json; charset=utf-16", "+json"),
        pytest.param("", id="empty"),
        pytest.param("a\r\nb: application/json", id="a line break"),
    ],
)
def test_another_content_type_is_refused(kind: str) -> None:
    """Any other content type returns 415, even if the body is JSON."""
    assert _refused(read_event(_event(headers={"content-type": kind}))).status == 415


def test_a_huge_body_is_refused() -> None:
    """A body above the limit returns 413 before it is parsed."""
    assert _refused(read_event(_event(body=" " * (LARGEST_BODY + 1)))).status == 413


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(_KEYS), anything))
def test_any_event_is_a_request_or_is_refused(parts: dict[str, Any]) -> None:
    """For any members of an event, only `HttpError` or `MalformedSweep` is raised, so the status is below 500."""
    with suppress(HttpError, MalformedSweep):
        read_event(_event(**parts)).document()


@given(st.text() | st.lists(st.sampled_from(["application/json", ";", "charset*=", "utf-8''", '"', "=", "*0*"])))
def test_any_content_type_is_accepted_or_refused(kind: str | list[str]) -> None:
    """A content type with broken parameters raises no other exception than `HttpError`."""
    request = read_event(_event(headers={"content-type": kind if isinstance(kind, str) else "".join(kind)}))
    with suppress(HttpError):
        assert request.document() == {"a": 1}
