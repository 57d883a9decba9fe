"""The result store in memory; it passes the contract suite."""

from __future__ import annotations

import base64


class MemoryResults:
    """A `ResultStore` in a dict."""

    def __init__(self) -> None:
        """Start empty."""
        self.objects: dict[tuple[str, int], bytearray] = {}

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object; False if the shard has one already, which stays."""
        stored = bytearray(body)
        return self.objects.setdefault((sweep_id, shard), stored) is stored

    def get(self, sweep_id: str, shard: int) -> bytes | None:
        """Return an object, or None if there is none."""
        stored = self.objects.get((sweep_id, shard))
        return None if stored is None else bytes(stored)

    def location(self, sweep_id: str) -> str:
        """Return an address in memory, which names the sweep."""
        return f"memory:sweeps/{sweep_id}/results"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return the object itself, as a data URL (RFC 2397)."""
        body = base64.b64encode(self.objects.get((sweep_id, shard), bytearray())).decode()
        return f"data:application/gzip;base64,{body}"
