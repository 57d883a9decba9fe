"""What Lambda's answers to an asynchronous `Invoke` mean: one table, by error code.

The codes are those of the Invoke operation in the service model and in the Lambda API reference, and those that
botocore's standard retry mode counts as throttling or transient. Any other code is judged by its HTTP status.
"""

from __future__ import annotations

from dataclasses import dataclass
from ssl import SSLCertVerificationError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ReadTimeoutError, SSLError
from botocore.exceptions import ConnectionError as NotConnectedError

from domain.dispatch_policy import Verdict
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a failed attempt means: a verdict for the schedule, a reason for the ledger, AWS's code for the log."""

    verdict: Verdict
    reason: Reason
    code: str


_CODES: dict[tuple[Verdict, Reason], tuple[str, ...]] = {
    (Verdict.RETRY, Reason.THROTTLED): (
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
        "EC2ThrottledException",
    ),
    (Verdict.RETRY, Reason.SERVICE_FAILED): (
        "ServiceException",
        "ServiceUnavailableException",
        "EC2UnexpectedException",
        "RequestTimeout",
        "RequestTimeoutException",
    ),
    (Verdict.RETRY, Reason.FUNCTION_NOT_READY): (
        "ENILimitReachedException",
        "ENINotReadyException",
        "EFSIOException",
        "EFSMountTimeoutException",
        "S3FilesMountTimeoutException",
        "CodeArtifactUserPendingException",
        "ResourceNotReadyException",
        "ResourceConflictException",
        "SnapStartNotReadyException",
        "SnapStartTimeoutException",
    ),
    (Verdict.REFUSE, Reason.PAYLOAD_REFUSED): (
        "InvalidRequestContentException",
        "UnsupportedMediaTypeException",
    ),
    (Verdict.REFUSE, Reason.PAYLOAD_TOO_LARGE): (
        "RequestTooLargeException",
        "SerializedRequestEntityTooLargeException",
    ),
    (Verdict.STOP, Reason.ACCESS_DENIED): (
        "AccessDeniedException",
        "EC2AccessDeniedException",
    ),
    (Verdict.STOP, Reason.CREDENTIALS_REFUSED): (
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    ),
    (Verdict.STOP, Reason.KEY_UNUSABLE): (
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
    ),
    (Verdict.STOP, Reason.FUNCTION_NOT_FOUND): (
        "NoPublishedVersionException",
        "ResourceNotFoundException",
        "RuntimeAliasDeletedException",
        "RuntimeVersionDeletedException",
    ),
    (Verdict.STOP, Reason.FUNCTION_UNUSABLE): (
        "CodeArtifactUserDeletedException",
        "CodeArtifactUserFailedException",
        "EFSMountConnectivityException",
        "EFSMountFailureException",
        "InvalidRuntimeException",
        "InvalidSecurityGroupIDException",
        "InvalidSubnetIDException",
        "InvalidZipFileException",
        "ModeNotSupportedException",
        "S3FilesMountConnectivityException",
        "S3FilesMountFailureException",
        "SnapStartException",
        "SnapStartRegenerationFailureException",
        "SubnetIPAddressLimitReachedException",
    ),
    (Verdict.STOP, Reason.QUOTA_EXCEEDED): ("ServiceQuotaExceededException",),
    (Verdict.STOP, Reason.RECURSION_DETECTED): ("RecursiveInvocationException",),
    (Verdict.STOP, Reason.REQUEST_REFUSED): (
        "DurableExecutionAlreadyStartedException",
        "InvalidParameterValueException",
    ),
}
# The verdict and the reason of each code.
BY_CODE = {code: meaning for meaning, codes in _CODES.items() for code in codes}

_FIRST_SERVER_ERROR = 500
_TIMEOUT, _TOO_LARGE, _TOO_MANY = 408, 413, 429


def judge(error: ClientError | BotoCoreError) -> Judgement:
    """Return what an error means, from its code, its HTTP status or its class, and never from its message."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        return Judgement(*(BY_CODE.get(code) or _by_status(error)), code)
    return Judgement(*_by_exception(error), type(error).__name__)


def _by_status(error: ClientError) -> tuple[Verdict, Reason]:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status == _TOO_MANY:
        return Verdict.RETRY, Reason.THROTTLED
    # The request arrived too slowly, or the service failed: the event is not queued, and the next attempt may pass.
    if status == _TIMEOUT or status >= _FIRST_SERVER_ERROR:
        return Verdict.RETRY, Reason.SERVICE_FAILED
    return (
        (Verdict.REFUSE, Reason.PAYLOAD_TOO_LARGE) if status == _TOO_LARGE else (Verdict.STOP, Reason.REQUEST_REFUSED)
    )


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
