"""The pending keys: the idempotency keys of submissions of which no answer is known."""

from __future__ import annotations

from typing import Protocol


class PendingKeys(Protocol):
    """Keeps a key for each request that is being submitted in one place; raises `DependencyUnavailable`."""

    def begin(self, digest: str) -> str:
        """Return the key with which to submit the request of this digest.

        It is the one of an earlier submission without an answer, or else a new one, which lasts once this returns.
        """
        ...

    def end(self, digest: str) -> None:
        """Forget the key of a request, whose submission has been answered; nothing happens if there is none."""
        ...
