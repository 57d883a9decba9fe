"""What Lambda's answers to an asynchronous `Invoke` mean: one table, by error code.

The codes are those of the Invoke operation in the service model and in the Lambda API reference, and those that
botocore's standard retry mode counts as throttling or transient. Any other code is judged by its HTTP status. What an
answer means has nothing to do with the client that read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.dispatch_policy import Verdict
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a failed attempt means: a verdict for the schedule, a reason for the ledger, AWS's code for the log."""

    verdict: Verdict
    reason: Reason
    code: str


class InvocationFailedError(Exception):
    """One attempt to invoke a function failed; `judgement` says what that means for the event."""

    def __init__(self, judgement: Judgement) -> None:
        """Keep what the failure means."""
        self.judgement = judgement
        super().__init__(judgement.code)


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

ACCEPTED = 202
_FIRST_REFUSAL = 300
_FIRST_SERVER_ERROR = 500
_TIMEOUT, _TOO_LARGE, _TOO_MANY = 408, 413, 429


def judge_answer(status: int, code: str) -> Judgement:
    """Return what an answer other than the acceptance means, from its HTTP status and its error code ("" for none)."""
    return Judgement(*(BY_CODE.get(code) or _by_status(status)), code or f"Status{status}")


def _by_status(status: int) -> tuple[Verdict, Reason]:
    if status < _FIRST_REFUSAL:
        return Verdict.UNKNOWN, Reason.UNEXPECTED_ANSWER
    if status == _TOO_MANY:
        return Verdict.RETRY, Reason.THROTTLED
    # The request arrived too slowly, or the service failed: the event is not queued, and the next attempt may pass.
    if status == _TIMEOUT or status >= _FIRST_SERVER_ERROR:
        return Verdict.RETRY, Reason.SERVICE_FAILED
    return (
        (Verdict.REFUSE, Reason.PAYLOAD_TOO_LARGE) if status == _TOO_LARGE else (Verdict.STOP, Reason.REQUEST_REFUSED)
    )
