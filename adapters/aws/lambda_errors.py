"""What Lambda's answers to an asynchronous `Invoke` mean: one table, by error code.

From the service model of the Invoke operation, the Lambda API reference, and what botocore's standard retry mode takes
for throttling or passing. A code that is not in the table is judged by its HTTP status.
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
    """What a failed attempt means: for the schedule, for the ledger, and the code for the log."""

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
BY_CODE = {code: meaning for meaning, codes in _CODES.items() for code in codes}

_FIRST_SERVER_ERROR = 500
_TIMEOUT, _TOO_LARGE, _TOO_MANY = 408, 413, 429


def judge(error: ClientError | BotoCoreError) -> Judgement:
    """Return what an error means; its message is never looked at."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        return Judgement(*(BY_CODE.get(code) or _by_status(error)), code)
    return Judgement(*_by_exception(error), type(error).__name__)


def _by_status(error: ClientError) -> tuple[Verdict, Reason]:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status == _TOO_MANY:
        return Verdict.RETRY, Reason.THROTTLED
    # The request came too slowly, or the service failed: nothing ran, and the next attempt may pass.
    if status == _TIMEOUT or status >= _FIRST_SERVER_ERROR:
        return Verdict.RETRY, Reason.SERVICE_FAILED
    return (
        (Verdict.REFUSE, Reason.PAYLOAD_TOO_LARGE) if status == _TOO_LARGE else (Verdict.STOP, Reason.REQUEST_REFUSED)
    )


def _by_exception(error: BotoCoreError) -> tuple[Verdict, Reason]:
    # TLS may break while the answer is read, too; only a refused certificate is sure to come before anything is sent.
    if isinstance(error, SSLError):
        refused = _is_certificate(error)
        return (Verdict.RETRY, Reason.NOT_CONNECTED) if refused else (Verdict.UNKNOWN, Reason.CONNECTION_LOST)
    # No connection (name look-up, refused, timed out, proxy): nothing was sent.
    if isinstance(error, NotConnectedError):
        return Verdict.RETRY, Reason.NOT_CONNECTED
    # A connection, and then silence or a reset: it may have been sent.
    if isinstance(error, ReadTimeoutError):
        return Verdict.UNKNOWN, Reason.NO_ANSWER
    if isinstance(error, HTTPClientError):
        return Verdict.UNKNOWN, Reason.CONNECTION_LOST
    # No credentials, no region, a parameter that botocore refuses: the same for every shard.
    return Verdict.STOP, Reason.CLIENT_MISCONFIGURED


def _is_certificate(error: SSLError) -> bool:
    wrapped = error.kwargs.get("error")
    causes = getattr(wrapped, "args", ())
    return any(isinstance(cause, SSLCertVerificationError) for cause in causes)
