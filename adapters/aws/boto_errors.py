"""What the errors of boto3's client of Lambda mean."""

from __future__ import annotations

from ssl import SSLCertVerificationError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ReadTimeoutError, SSLError
from botocore.exceptions import ConnectionError as NotConnectedError

from adapters.aws.lambda_errors import Judgement, judge_answer
from domain.dispatch_policy import Verdict
from domain.reasons import Reason


def judge(error: ClientError | BotoCoreError) -> Judgement:
    """Return what an error means, from its code, its HTTP status or its class, and never from its message."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return judge_answer(status, str(error.response.get("Error", {}).get("Code", "Unknown")))
    return Judgement(*_by_exception(error), type(error).__name__)


def _by_exception(error: BotoCoreError) -> tuple[Verdict, Reason]:
    # TLS may also break while the answer is read. Only a refused certificate proves that nothing was sent.
    if isinstance(error, SSLError):
        refused = _is_certificate(error)
        return (Verdict.RETRY, Reason.NOT_CONNECTED) if refused else (Verdict.UNKNOWN, Reason.CONNECTION_LOST)
    # There was no connection (name look-up, refusal, timeout, proxy): nothing was sent.
    if isinstance(error, NotConnectedError):
        return Verdict.RETRY, Reason.NOT_CONNECTED
    # There was a connection, then silence or a reset: the event may have been sent.
    if isinstance(error, ReadTimeoutError):
        return Verdict.UNKNOWN, Reason.NO_ANSWER
    if isinstance(error, HTTPClientError):
        return Verdict.UNKNOWN, Reason.CONNECTION_LOST
    # No credentials, no region, a parameter that botocore refuses: every shard would fail the same way.
    return Verdict.STOP, Reason.CLIENT_MISCONFIGURED


def _is_certificate(error: SSLError) -> bool:
    wrapped = error.kwargs.get("error")
    causes = getattr(wrapped, "args", ())
    return any(isinstance(cause, SSLCertVerificationError) for cause in causes)
