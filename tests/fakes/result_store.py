"""The result store in memory; it passes the contract suite."""

from __future__ import annotations

import base64
import hashlib
from threading import Lock

from application.ports.result_store import StoredObject


class MemoryResults:
    """A `ResultStore` in a dict."""

    def __init__(self) -> None:
        """Start empty."""
        self.objects: dict[tuple[str, int], bytes] = {}
        self._lock = Lock()

    def put(self, sweep_id: str, shard: int, body: bytes) -> bool:
        """Store an object; False if the shard has one already, which stays."""
        with self._lock:
            is_new = (sweep_id, shard) not in self.objects
            self.objects.setdefault((sweep_id, shard), body)
        return is_new

    def replace(self, sweep_id: str, shard: int, body: bytes, version: str) -> bool:
        """Store an object in place of this version; False if another one is there, or none."""
        with self._lock:
            stored = self.get(sweep_id, shard)
            if stored is None or stored.version != version:
                return False
            self.objects[sweep_id, shard] = body
        return True

    def get(self, sweep_id: str, shard: int) -> StoredObject | None:
        """Return an object, or None if there is none."""
        stored = self.objects.get((sweep_id, shard))
        return None if stored is None else StoredObject(stored, hashlib.sha256(stored).hexdigest())

    def location(self, sweep_id: str) -> str:
        """Return an address in memory, which names the sweep."""
        return f"memory:sweeps/{sweep_id}/results"

    def link(self, sweep_id: str, shard: int, seconds: int) -> str:
        """Return the object itself, as a data URL (RFC 2397)."""
        body = base64.b64encode(self.objects.get((sweep_id, shard), b"")).decode()
        return f"data:application/gzip;base64,{body}"
