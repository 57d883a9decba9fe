"""The proxy event, as the gateway sends it and as it might: every one is a request or a refusal."""

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
    """Return an event with everything that API Gateway puts in, and some parts replaced."""
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
    """Method, resource, body, who asks and the request's id."""
    request = read_event(_event(pathParameters={"id": "toy-1"}, queryStringParameters={"dry_run": "true"}))
    assert (request.method, request.resource) == ("POST", "/sweeps")
    assert (request.path, request.query) == ({"id": "toy-1"}, {"dry_run": "true"})
    assert (request.request_id, request.caller) == ("r-1", "arn:aws:iam::1:user/ann")
    assert request.document() == {"a": 1}


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
def test_headers_are_found_in_any_case(name: str) -> None:
    """HTTP does not tell them apart, and gateways change them."""
    assert read_event(_event(headers={name: "k"})).headers["idempotency-key"] == "k"


def test_multi_value_headers_stand_in_for_single_ones() -> None:
    """Either form may be missing; of several values the last one counts, as in the gateway's single form."""
    event = _event(headers=None, multiValueHeaders={"Content-Type": ["text/plain", "application/json"]})
    assert read_event(event).document() == {"a": 1}


def test_a_caller_without_an_arn_is_named_by_its_id() -> None:
    """The record names somebody where it can."""
    assert read_event(_event(requestContext={"identity": {"caller": "AIDA"}})).caller == "AIDA"
    assert read_event(_event(requestContext={})).caller == ""


def test_a_base64_body_is_decoded() -> None:
    """The gateway encodes what it takes for binary."""
    body = base64.b64encode('{"a": "ü"}'.encode()).decode()
    assert read_event(_event(body=body, isBase64Encoded=True)).document() == {"a": "ü"}


@pytest.mark.parametrize("body", ["%%%", "é", "abc", {"a": 1}])
def test_a_body_that_is_not_its_base64_is_malformed(body: object) -> None:
    """Nothing is made up of what cannot be decoded."""
    with pytest.raises(MalformedSweep):
        read_event(_event(body=body, isBase64Encoded=True))


@pytest.mark.parametrize("body", [b"\xff{}", b"\xc0\x80", b"\xed\xa0\x80"])
def test_a_body_that_is_not_utf_8_is_malformed(body: bytes) -> None:
    """Half a surrogate pair included."""
    request = read_event(_event(body=base64.b64encode(body).decode(), isBase64Encoded=True))
    with pytest.raises(MalformedSweep, match="not UTF-8"):
        request.document()


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_not_json(body: str | None) -> None:
    """The gateway sends null for an empty body."""
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
def test_json_is_taken_under_all_its_names(kind: str) -> None:
    """With and without a charset."""
    assert read_event(_event(headers={"content-type": kind})).document() == {"a": 1}


def test_an_absent_content_type_is_taken_for_json() -> None:
    """There is nothing else that it could be."""
    assert read_event(_event(headers={}, multiValueHeaders={})).document() == {"a": 1}


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "application/x-www-form-urlencoded", "application/yaml", "text/json", "json", "", "+json"),
        *("application/json; charset=latin-1", "application/json; charset=utf-16", "a\r\nb: application/json"),
    ],
)
def test_another_content_type_is_refused(kind: str) -> None:
    """415, whatever the body looks like."""
    assert _refused(read_event(_event(headers={"content-type": kind}))).status == 415


def test_a_huge_body_is_refused() -> None:
    """413, before anybody reads it."""
    assert _refused(read_event(_event(body=" " * (LARGEST_BODY + 1)))).status == 413


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(_KEYS), anything))
def test_any_event_is_a_request_or_is_refused(parts: dict[str, Any]) -> None:
    """No other exception, whatever an event's parts are: an answer is always below 500."""
    with suppress(HttpError, MalformedSweep):
        read_event(_event(**parts)).document()


@given(st.text() | st.lists(st.sampled_from(["application/json", ";", "charset*=", "utf-8''", '"', "=", "*0*"])))
def test_any_content_type_is_taken_or_refused(kind: str | list[str]) -> None:
    """Broken parameters of every kind included."""
    request = read_event(_event(headers={"content-type": kind if isinstance(kind, str) else "".join(kind)}))
    with suppress(HttpError):
        assert request.document() == {"a": 1}
