"""An HTTP server on loopback that answers `Invoke` as Lambda does, or fails by a script."""

from __future__ import annotations

import json
import random
import socket
import struct
import time
import uuid
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

from botocore.config import Config

from adapters.aws.invocation import Invocation
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.threaded_sender import ThreadedSender
from adapters.machine.json_log import JsonLog
from domain.dispatch_policy import DispatchPolicy
from tests.fakes.aws import SESSION
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

# What the stub does with one request: an HTTP status and an error code, "reset" (the connection ends without an answer)
# or "silence" (the stub accepts the event and answers too late); None accepts it.
Fate = tuple[int, str] | str | None
QUICK = DispatchPolicy(concurrency=16, attempts=8, backoff_base=0.001, backoff_cap=0.01, reserve=1.0)
# Seconds that a client waits for an answer: long enough for a busy machine, short enough for tests of silence.
PATIENCE = 1.0


def faults(seed: int) -> Callable[[dict[str, Any]], Fate]:
    """Return a script that fails 47 of 100 requests, at random."""
    chance = random.Random(seed)  # noqa: S311 - faults are no secret
    fates: list[Fate] = [(429, "TooManyRequestsException")] * 30
    fates += [(500, "ServiceException")] * 4 + [(502, "EC2UnexpectedException")] * 3 + [(503, "Unavailable")] * 3
    fates += ["reset"] * 5 + ["silence"] * 2
    fates += [None] * (100 - len(fates))
    return lambda _: chance.choice(fates)


class LambdaStub(LoopbackServer):
    """Use it in a `with` block. `accepted` has the payloads of all accepted events, `tries` the requests by shard."""

    def __init__(self, latency: float = 0.0) -> None:
        """Wait so many seconds before each answer."""
        super().__init__(_Handler)
        self.latency = latency
        self.script: Callable[[dict[str, Any]], Fate] = lambda _: None
        self.accepted: list[dict[str, Any]] = []
        self.bodies: dict[int, bytes] = {}
        self.paths: set[str] = set()
        self.kinds: set[str] = set()
        self.tries: Counter[int] = Counter()
        self.connections = 0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = Lock()

    def decide(self, body: bytes) -> Fate:
        """Count one event and return its fate."""
        payload = json.loads(body)
        shard = payload["shard"]["number"]
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.tries[shard] += 1
            fate = self.script(payload)
            if fate is None or fate == "silence":
                self.accepted.append(payload)
                self.bodies[shard] = body
        time.sleep(2 * PATIENCE if fate == "silence" else self.latency)
        with self._lock:
            self._at_once -= 1
        return fate


class _Handler(LoopbackHandler):
    server: LambdaStub

    def setup(self) -> None:
        """Count a connection, and send its answers without delay."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.connections += 1

    def respond(self) -> None:
        """Answer one event by its fate."""
        body = self.read_body()
        self.server.paths.add(self.path)
        self.server.kinds.add(self.headers["X-Amz-Invocation-Type"])
        fate = self.server.decide(body)
        if fate == "reset":
            # Closing without lingering sends a reset instead of an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        status, code = fate if isinstance(fate, tuple) else (202, "")
        headers = {"x-amzn-RequestId": str(uuid.uuid4()), "Content-Type": "application/json"}
        if code:
            headers["x-amzn-ErrorType"] = code
        self.answer(status, json.dumps({"Message": "as scripted", "Type": "User"}).encode() if code else b"", headers)


def invoker_of(stub: LambdaStub, policy: DispatchPolicy = QUICK, patience: float = 30.0) -> LambdaInvoker:
    """Return an invoker whose client differs from the deployed one only in its timeouts."""
    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=patience,
        read_timeout=patience,
        tcp_keepalive=True,
    )
    client = SESSION.client("lambda", endpoint_url=stub.url, config=config)
    return LambdaInvoker(ThreadedSender(Invocation(client, "worker"), policy, JsonLog("ERROR", "parent")))
