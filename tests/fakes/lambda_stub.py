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
from typing import Any, Literal

from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from adapters.aws.credentials import Credentials, CredentialSource
from adapters.aws.curl_lane import Address
from adapters.aws.curl_sender import CurlSender
from adapters.aws.endpoints import certificates
from adapters.aws.invocation import Invocation
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.signature import Signer
from adapters.aws.threaded_sender import ThreadedSender
from adapters.machine.json_log import JsonLog
from domain.dispatch_policy import DispatchPolicy
from tests.contract.cloudformation import REGION
from tests.fakes.aws import SESSION
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.signatures import is_signed

# What the stub does with one request: an HTTP status and an error code, "reset" (the connection ends without an answer)
# or "silence" (the stub accepts the event and answers too late); None accepts it.
Fate = tuple[int, str] | str | None
Way = Literal["boto3", "curl"]
WAYS: tuple[Way, ...] = "boto3", "curl"
KEY = ReadOnlyCredentials("test", "test", None)
CREDENTIALS = Credentials("test", "test")
LOG = JsonLog("ERROR", "parent")
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
    """Use it in a `with` block. `accepted` has the payloads of all accepted events, `tries` the requests by shard.

    It accepts only what is signed rightly, and counts the others as `forged`.
    """

    def __init__(self, way: Way = "boto3", latency: float = 0.0) -> None:
        """Be invoked in one way; wait so many seconds before each answer."""
        super().__init__(_Handler)
        self.way = way
        self.latency = latency
        self.forged = 0
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
        shard = (payload.get("shard") or payload["span"])["number"]
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
        if not is_signed("POST", self.path, "", dict(self.headers), body, {"test": KEY}):
            self.server.forged += 1
            self.answer(403, b"", {"x-amzn-ErrorType": "InvalidSignatureException"})
            return
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
    """Return an invoker that differs from the deployed one only in its timeouts, by the stub's way."""
    make = _by_curl if stub.way == "curl" else _by_boto3
    return LambdaInvoker(make(stub, policy, patience))


def _by_boto3(stub: LambdaStub, policy: DispatchPolicy, patience: float) -> ThreadedSender:
    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=patience,
        read_timeout=patience,
        tcp_keepalive=True,
    )
    client = SESSION.client("lambda", endpoint_url=stub.url, config=config)
    return ThreadedSender(Invocation(client, "worker"), policy, LOG)


def _by_curl(stub: LambdaStub, policy: DispatchPolicy, patience: float) -> CurlSender:
    return curl_to(stub.url, policy, patience)


def curl_to(
    url: str, policy: DispatchPolicy = QUICK, patience: float = 30.0, source: CredentialSource = lambda: CREDENTIALS
) -> CurlSender:
    """Return a sender of the function `worker` at a server's address, as the deployed one but for its timeouts."""
    invoke = f"{url}/2015-03-31/functions/worker/invocations"
    address = Address(invoke, certificates(), patience, patience)
    return CurlSender(address, Signer(invoke, REGION, source), policy, LOG, [])
