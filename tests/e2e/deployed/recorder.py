"""A server in the place of the worker, which keeps every dispatched payload."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.deployed.eventually import eventually
from tests.fakes.loopback import LoopbackHandler, LoopbackServer


class Recorder(LoopbackServer):
    """Use it in a `with` block. It gets the worker's events at `url`, and `payloads` has them in order of arrival."""

    def __init__(self) -> None:
        """Start without payloads."""
        super().__init__(_Handler)
        self.payloads: list[dict[str, Any]] = []

    def payloads_of(self, sweep_id: str) -> list[dict[str, Any]]:
        """Return the payloads of one sweep, in the order of its shards."""
        payloads = [payload for payload in self.payloads if payload["sweep_id"] == sweep_id]
        return sorted(payloads, key=lambda payload: int(payload["shard"]["number"]))

    def wait_for(self, sweep_id: str, shards: int) -> None:
        """Wait until so many payloads of a sweep have arrived."""
        eventually(lambda: len(self.payloads_of(sweep_id)) >= shards)


class _Handler(LoopbackHandler):
    server: Recorder

    def respond(self) -> None:
        """Keep one payload, and answer as a worker whose shard is done."""
        self.server.payloads.append(json.loads(self.read_body()))
        self.answer(200, b'{"outcome": "done"}')
