"""How a call of a service of AWS fails, whatever client makes it."""

from __future__ import annotations


class RefusedError(Exception):
    """The service answers with an error: its code, and the HTTP status."""

    def __init__(self, code: str, status: int = 0) -> None:
        """Keep both; a client that does not say the status leaves it 0."""
        self.code = code
        self.status = status
        super().__init__(code)


class UnansweredError(Exception):
    """There is no whole answer; the cause is the name or the number of the client's error."""

    def __init__(self, cause: str, *, sent: bool) -> None:
        """Keep whether the service may have received the request."""
        self.cause = cause
        self.sent = sent
        super().__init__(cause)


class UnusableError(Exception):
    """The client can send no request: no credentials, no region, no certificates; the cause is its error's name."""

    def __init__(self, cause: str) -> None:
        """Keep the cause."""
        self.cause = cause
        super().__init__(cause)
