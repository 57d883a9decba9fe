"""Stands where the worker would: takes every payload that is delivered, and keeps it."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.deployed.eventually import eventually
from tests.fakes.loopback import LoopbackHandler, LoopbackServer


class Recorder(LoopbackServer):
    """Use it in a `with` block; the worker's events are sent to `url`, and `payloads` has them as they came."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(_Handler)
        self.payloads: list[dict[str, Any]] = []

    def payloads_of(self, sweep_id: str) -> list[dict[str, Any]]:
        """Return what was delivered of one sweep, in the order of its shards."""
        payloads = [payload for payload in self.payloads if payload["sweep_id"] == sweep_id]
        return sorted(payloads, key=lambda payload: int(payload["shard"]["number"]))

    def wait_for(self, sweep_id: str, shards: int) -> None:
        """Return once so many payloads of a sweep have come."""
        eventually(lambda: len(self.payloads_of(sweep_id)) >= shards)


class _Handler(LoopbackHandler):
    server: Recorder

    def respond(self) -> None:
        """Keep one payload, and answer as a worker that is content."""
        self.server.payloads.append(json.loads(self.read_body()))
        self.answer(200, b'{"outcome": "done"}')
