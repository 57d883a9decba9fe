"""Pending keys in memory; they pass the contract suite."""

from __future__ import annotations


class MemoryKeys:
    """A `PendingKeys` in a dict."""

    def __init__(self) -> None:
        """Start empty."""
        self._keys: dict[str, str] = {}
        self._made = 0

    def begin(self, digest: str) -> str:
        """Return the key of the request, a new one if there is none."""
        if digest not in self._keys:
            self._made += 1
            self._keys[digest] = f"key-{self._made}"
        return self._keys[digest]

    def end(self, digest: str) -> None:
        """Forget the key."""
        self._keys.pop(digest, None)
