"""Reasons: one enumeration for why a shard was not dispatched, or has no results."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A code that says why. Its value is what ledgers keep, and what the API and the command line show."""

    # Why a dispatch was not accepted: what the platform, or the way to it, said.
    THROTTLED = "Throttled"  # too many invocations at once
    SERVICE_FAILED = "ServiceFailed"  # the platform had an error of its own
    FUNCTION_NOT_READY = "FunctionNotReady"  # the function, its network or its file system is still being set up
    PAYLOAD_TOO_LARGE = "PayloadTooLarge"
    PAYLOAD_REFUSED = "PayloadRefused"  # it cannot be written, or the platform or the worker cannot read it
    FUNCTION_NOT_FOUND = "FunctionNotFound"
    FUNCTION_UNUSABLE = "FunctionUnusable"  # its configuration is at fault
    ACCESS_DENIED = "AccessDenied"  # the dispatcher may not invoke the function
    CREDENTIALS_REFUSED = "CredentialsRefused"  # expired, unknown or wrongly signed
    KEY_UNUSABLE = "KeyUnusable"  # the key that encrypts the function's environment
    QUOTA_EXCEEDED = "QuotaExceeded"
    RECURSION_DETECTED = "RecursionDetected"
    REQUEST_REFUSED = "RequestRefused"  # the platform refused it for a cause that has no code here
    CLIENT_MISCONFIGURED = "ClientMisconfigured"  # no credentials, no region: nothing can be sent
    NOT_CONNECTED = "NotConnected"  # no connection: nothing was sent
    CONNECTION_LOST = "ConnectionLost"  # sent, and then the connection broke: it may run
    NO_ANSWER = "NoAnswer"  # sent, and no answer came in time: it may run
    UNEXPECTED_ANSWER = "UnexpectedAnswer"  # sent, and the answer makes no sense: it may run
    UNEXPECTED_ERROR = "UnexpectedError"  # the dispatcher itself failed: it may run
    OUT_OF_TIME = "OutOfTime"  # not sent: the deadline was too near
    FAILED_BEFORE = "FailedBefore"  # not sent yet: a retry of version 0.1 had set a failed shard back

    # Why a shard has no results.
    TARGET_UNAVAILABLE = "TargetUnavailable"  # not allowed, not found, or it does not take the parameters
    WORKER_DIED = "WorkerDied"  # its process ended in the middle of the shard
    DEPENDENCY_UNAVAILABLE = "DependencyUnavailable"  # the ledger or the result store failed
    RETRIES_EXHAUSTED = "RetriesExhausted"  # the platform ran the worker as often as it may
    EVENT_AGE_EXCEEDED = "EventAgeExceeded"  # the event waited too long for a free worker
    UNDELIVERED = "Undelivered"  # the platform gave up for another cause

    OTHER = "Other"  # a code that another version wrote

    @classmethod
    def read(cls, code: str) -> Reason:
        """Return the reason with this value; `OTHER` for a code that this version does not know."""
        try:
            return cls(code)
        except ValueError:
            return cls.OTHER
