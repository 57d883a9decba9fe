"""What Lambda's answers to an asynchronous `Invoke` mean: one table, by error code.

From the service model of the Invoke operation and the Lambda API reference. A code that is not in the table is judged
by its HTTP status.
"""

from __future__ import annotations

from ssl import SSLCertVerificationError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError
from botocore.exceptions import ConnectionError as NotConnectedError

from domain.dispatch_policy import Verdict

_RETRY = (
    "TooManyRequestsException",
    "ThrottlingException",
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
_TOO_MANY = 429


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
    return Verdict.RETRY if status == _TOO_MANY or status >= _FIRST_SERVER_ERROR else Verdict.STOP
