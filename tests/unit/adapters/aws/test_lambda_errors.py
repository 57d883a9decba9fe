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

from adapters.aws.lambda_errors import Judgement, judge
from domain.dispatch_policy import Verdict
from domain.reasons import Reason

URL = "https://lambda.invalid"


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (EndpointConnectionError(endpoint_url=URL), Verdict.RETRY, Reason.NOT_CONNECTED),
        (ConnectTimeoutError(endpoint_url=URL), Verdict.RETRY, Reason.NOT_CONNECTED),
        (
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLCertVerificationError(1, "self-signed"))),
            Verdict.RETRY,
            Reason.NOT_CONNECTED,
        ),
        (
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLError(1, "bad record mac"))),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
        ),
        (
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLEOFError(8, "unexpected end"))),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
        ),
        (SSLError(endpoint_url=URL, error=OSError("no TLS error")), Verdict.UNKNOWN, Reason.CONNECTION_LOST),
        (ConnectionClosedError(endpoint_url=URL), Verdict.UNKNOWN, Reason.CONNECTION_LOST),
        (ReadTimeoutError(endpoint_url=URL), Verdict.UNKNOWN, Reason.NO_ANSWER),
        (HTTPClientError(error="anything else on the wire"), Verdict.UNKNOWN, Reason.CONNECTION_LOST),
        (NoCredentialsError(), Verdict.STOP, Reason.CLIENT_MISCONFIGURED),
    ],
)
def test_only_what_was_surely_not_sent_is_tried_again(error: BotoCoreError, verdict: Verdict, reason: Reason) -> None:
    """TLS may break while the answer is read: the event may have been taken, and a second one would run it twice."""
    assert judge(error) == Judgement(verdict, reason, type(error).__name__)
