"""What Lambda's answers to an asynchronous `Invoke` mean: one table, by error code.

From the service model of the Invoke operation, the Lambda API reference, and what botocore's standard retry mode takes
for throttling or passing. A code that is not in the table is judged by its HTTP status.
"""

from __future__ import annotations

from ssl import SSLCertVerificationError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError
from botocore.exceptions import ConnectionError as NotConnectedError

from domain.dispatch_policy import Verdict

_RETRY = (
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TransactionInProgressException",
    "ServiceException",
    "ServiceUnavailableException",
    "EC2ThrottledException",
    "EC2UnexpectedException",
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
)
_REFUSE = (
    "InvalidRequestContentException",
    "RequestTooLargeException",
    "SerializedRequestEntityTooLargeException",
    "UnsupportedMediaTypeException",
)
_STOP = (
    "AccessDeniedException",
    "CodeArtifactUserDeletedException",
    "CodeArtifactUserFailedException",
    "DurableExecutionAlreadyStartedException",
    "EC2AccessDeniedException",
    "EFSMountConnectivityException",
    "EFSMountFailureException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidParameterValueException",
    "InvalidRuntimeException",
    "InvalidSecurityGroupIDException",
    "InvalidSignatureException",
    "InvalidSubnetIDException",
    "InvalidZipFileException",
    "KMSAccessDeniedException",
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "ModeNotSupportedException",
    "NoPublishedVersionException",
    "RecursiveInvocationException",
    "ResourceNotFoundException",
    "RuntimeAliasDeletedException",
    "RuntimeVersionDeletedException",
    "S3FilesMountConnectivityException",
    "S3FilesMountFailureException",
    "ServiceQuotaExceededException",
    "SnapStartException",
    "SnapStartRegenerationFailureException",
    "SubnetIPAddressLimitReachedException",
    "UnrecognizedClientException",
)
VERDICTS = {
    **dict.fromkeys(_RETRY, Verdict.RETRY),
    **dict.fromkeys(_REFUSE, Verdict.REFUSE),
    **dict.fromkeys(_STOP, Verdict.STOP),
}
_FIRST_SERVER_ERROR = 500
# The request came too slowly, or there were too many: nothing ran, and the next one may pass.
_PASSING = {408, 429}
_TOO_LARGE = 413


def judge(error: ClientError | BotoCoreError) -> tuple[Verdict, str]:
    """Give what an error means and the code to remember it by; messages are never looked at."""
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        return VERDICTS.get(code) or _by_status(error), code
    name = type(error).__name__
    # TLS may break while the answer is read, too; only who refuses the certificate has surely sent nothing.
    if isinstance(error, SSLError):
        return (Verdict.RETRY if _is_certificate(error) else Verdict.UNKNOWN), name
    # No connection (name look-up, refused, timed out, proxy): nothing was sent.
    if isinstance(error, NotConnectedError):
        return Verdict.RETRY, name
    # A connection, and then silence or a reset: it may have been sent.
    if isinstance(error, HTTPClientError):
        return Verdict.UNKNOWN, name
    # No credentials, no region, a parameter that botocore refuses: the same for every shard.
    return Verdict.STOP, name


def _is_certificate(error: SSLError) -> bool:
    wrapped = error.kwargs.get("error")
    causes = getattr(wrapped, "args", ())
    return any(isinstance(cause, SSLCertVerificationError) for cause in causes)


def _by_status(error: ClientError) -> Verdict:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status in _PASSING or status >= _FIRST_SERVER_ERROR:
        return Verdict.RETRY
    return Verdict.REFUSE if status == _TOO_LARGE else Verdict.STOP
