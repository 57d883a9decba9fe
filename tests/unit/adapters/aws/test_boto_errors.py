"""Which connection errors the invoker may retry."""

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

from adapters.aws.boto_errors import judge
from adapters.aws.lambda_errors import Judgement
from domain.dispatch_policy import Verdict
from domain.reasons import Reason

URL = "https://lambda.invalid"


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        pytest.param(
            EndpointConnectionError(endpoint_url=URL), Verdict.RETRY, Reason.NOT_CONNECTED, id="no connection"
        ),
        pytest.param(ConnectTimeoutError(endpoint_url=URL), Verdict.RETRY, Reason.NOT_CONNECTED, id="connect timeout"),
        pytest.param(
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLCertVerificationError(1, "self-signed"))),
            Verdict.RETRY,
            Reason.NOT_CONNECTED,
            id="certificate refused",
        ),
        pytest.param(
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLError(1, "bad record mac"))),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
            id="TLS record damaged",
        ),
        pytest.param(
            SSLError(endpoint_url=URL, error=WrappedSSLError(ssl.SSLEOFError(8, "unexpected end"))),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
            id="TLS ended early",
        ),
        pytest.param(
            SSLError(endpoint_url=URL, error=OSError("no TLS error")),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
            id="TLS error of another type",
        ),
        pytest.param(
            ConnectionClosedError(endpoint_url=URL), Verdict.UNKNOWN, Reason.CONNECTION_LOST, id="connection closed"
        ),
        pytest.param(ReadTimeoutError(endpoint_url=URL), Verdict.UNKNOWN, Reason.NO_ANSWER, id="read timeout"),
        pytest.param(
            HTTPClientError(error="another HTTP error"),
            Verdict.UNKNOWN,
            Reason.CONNECTION_LOST,
            id="another HTTP error",
        ),
        pytest.param(NoCredentialsError(), Verdict.STOP, Reason.CLIENT_MISCONFIGURED, id="no credentials"),
    ],
)
def test_only_an_event_that_was_surely_not_sent_is_retried(
    error: BotoCoreError, verdict: Verdict, reason: Reason
) -> None:
    """If TLS breaks while the answer is read, Lambda may have the event: a retry could run the shard twice."""
    assert judge(error) == Judgement(verdict, reason, type(error).__name__)
