"""Signatures, byte for byte those of botocore."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.aws.credentials import Credentials
from adapters.aws.signature import Signer

_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
_FUNCTIONS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    st.from_regex(r"arn:aws:lambda:us-east-1:\d{12}:function:[a-z-]{1,20}(:[a-z]{1,5})?", fullmatch=True),
)
_SECONDS = st.integers(0, 4 * 10**9)
_KEYS = st.builds(Credentials, _TEXT, _TEXT, st.none() | _TEXT)


def expected(url: str, region: str, keys: Credentials, second: int, payload: bytes) -> dict[str, str]:
    """Return the headers that botocore signs a request with."""
    request = AWSRequest("POST", url, {"X-Amz-Invocation-Type": "Event"}, payload)
    at = datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
    request.context["timestamp"] = at
    auth = SigV4Auth(ReadOnlyCredentials(keys.access_key, keys.secret_key, keys.token), "lambda", region)
    request.headers["X-Amz-Date"] = at
    if keys.token:
        request.headers["X-Amz-Security-Token"] = keys.token
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    auth._inject_signature_to_request(request, signature)  # type: ignore[attr-defined]  # the stubs leave it out
    return {name.lower(): value for name, value in request.headers.items()}


def headers_of(lines: list[str]) -> dict[str, str]:
    """Return header lines by their names in lower case."""
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@pytest.mark.parametrize("examples", [300, pytest.param(5_000, marks=pytest.mark.long)])
def test_every_signature_is_botocores(examples: int) -> None:
    """For any address, region, key, token, moment and payload, the headers are the same byte for byte."""

    @settings(max_examples=examples, deadline=None)
    @given(
        _FUNCTIONS, st.sampled_from(["us-east-1", "cn-north-1"]), _KEYS, _SECONDS, st.binary(max_size=300), st.data()
    )
    def check(name: str, region: str, keys: Credentials, second: int, payload: bytes, data: st.DataObject) -> None:
        host = data.draw(st.sampled_from(["https://lambda.us-east-1.amazonaws.com", "http://127.0.0.1:8443"]))
        url = f"{host}/2015-03-31/functions/{quote(name, safe='-_.~')}/invocations"
        signer = Signer(url, region, lambda: keys, lambda: second)
        assert headers_of(signer.headers(payload)) == expected(url, region, keys, second, payload)

    check()


def test_the_ports_of_the_schemes_are_not_part_of_the_host() -> None:
    """Libcurl names no port that the scheme implies, and so it is not signed."""
    for usual, written in (("https://a.b", "https://a.b:443"), ("http://a.b", "http://a.b:80")):
        one, other = (Signer(f"{url}/x", "r", lambda: Credentials("k", "s"), lambda: 1) for url in (usual, written))
        assert one.headers(b"") == other.headers(b"")


def test_credentials_and_the_date_are_those_of_the_second() -> None:
    """In one second the source is asked once; in the next, new credentials count, and the day's key is its own."""
    seconds = iter([86_399.2, 86_399.9, 86_400.1])
    found = iter([Credentials("one", "secret"), Credentials("two", "other", "token")])
    signer = Signer("https://a.b/x", "us-east-1", lambda: next(found), lambda: next(seconds))
    first, same, later = (headers_of(signer.headers(b"p")) for _ in range(3))
    assert first == same
    assert first == expected("https://a.b/x", "us-east-1", Credentials("one", "secret"), 86_399, b"p")
    assert later == expected("https://a.b/x", "us-east-1", Credentials("two", "other", "token"), 86_400, b"p")
    assert signer.credentials.access_key == "two"
