"""Which failures of a connection mean that nothing was sent."""

from __future__ import annotations

import ssl

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.exceptions import SSLError as WrappedSSLError

from adapters.aws.lambda_errors import judge
from domain.dispatch_policy import Verdict

URL = "https://lambda.invalid"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (EndpointConnectionError(endpoint_url=URL), Verdict.RETRY),
        (ConnectTimeoutError(endpoint_url=URL), Verdict.RETRY),
        (
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLCertVerificationError(1, "self-signed"))),
            Verdict.RETRY,
        ),
        (SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLError(1, "bad record mac"))), Verdict.UNKNOWN),
        (SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLEOFError(8, "unexpected end"))), Verdict.UNKNOWN),
        (SSLError(endpoint_url=URL, error=OSError("no TLS error")), Verdict.UNKNOWN),
        (ConnectionClosedError(endpoint_url=URL), Verdict.UNKNOWN),
        (ReadTimeoutError(endpoint_url=URL), Verdict.UNKNOWN),
        (HTTPClientError(error="anything else on the wire"), Verdict.UNKNOWN),
        (NoCredentialsError(), Verdict.STOP),
    ],
)
def test_only_what_was_surely_not_sent_is_tried_again(error: BotoCoreError, verdict: Verdict) -> None:
    """TLS may break while the answer is read: the event may have been taken, and a second one would run it twice."""
    assert judge(error) == (verdict, type(error).__name__)
