"""The ledger in DynamoDB and the time that a caller has left: servers that answer late or never, on real sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest

from adapters.aws.dynamodb_boto import DynamoDbBoto, dynamodb_client
from adapters.aws.dynamodb_calls import DynamoDbCalls
from adapters.aws.dynamodb_ledger import DynamoDbLedger
from domain.block import Block
from domain.errors import DependencyUnavailable
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.aws import dynamodb_by_curl
from tests.fakes.clock import HandClock
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.sweeps import make_sweep

# The seconds are real ones.
pytestmark = [pytest.mark.one_python, pytest.mark.usefixtures("credentials")]

_SWEEP = make_sweep()
_FAILED = ShardFailed(0, Reason.WORKER_DIED, "")
# In seconds. A call may end so much later than its deadline, on a loaded machine.
_GRACE = 1.0
_CALLS: dict[str, Callable[[DynamoDbLedger], object]] = {
    "open": lambda ledger: ledger.open(_SWEEP),
    "history": lambda ledger: ledger.history(_SWEEP.id),
    "heads": lambda ledger: ledger.heads(5),
    "blocks": lambda ledger: ledger.blocks(_SWEEP.id, range(150)),
    "claim": lambda ledger: ledger.claim(_SWEEP.id, 0, "me", 5),
    "record": lambda ledger: ledger.record(_SWEEP.id, Block(0), "me"),
    "mark": lambda ledger: ledger.mark_failed(_SWEEP.id, _FAILED),
    "look": lambda ledger: ledger.look(_SWEEP.id, 0),
    "cancel": lambda ledger: ledger.cancel(_SWEEP.id),
    "ends": lambda ledger: list(ledger.ends(_SWEEP.id, range(500))),
}


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a region and a key."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@contextmanager
def silent_server() -> Iterator[str]:
    """Yield the address of a server that accepts every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


class _Late(LoopbackHandler):
    """Answers every request after 0.1 seconds as DynamoDB answers a write."""

    received = 0

    def respond(self) -> None:
        """Answer the request."""
        self.read_body()
        time.sleep(0.1)
        type(self).received += 1
        self.answer(200, b"{}", {"Content-Type": "application/x-amz-json-1.0"})


@dataclass(frozen=True, slots=True)
class Way:
    """One of the clients that a ledger can have, and how it calls a connection that is refused."""

    calls: Callable[[str], DynamoDbCalls]
    refused: str

    def ledger(self, url: str) -> DynamoDbLedger:
        """Return a ledger at an address, without a deadline."""
        return DynamoDbLedger(self.calls(url), "ledger", HandClock(), 1)

    def left(self, url: str, seconds: float) -> tuple[DynamoDbLedger, float]:
        """Return a ledger for calls that have so many seconds left, and when these are over."""
        # A client takes a moment to make, which is not a call's.
        ledger = self.ledger(url)
        end = time.monotonic() + seconds
        return ledger.within(lambda: end - time.monotonic()), end


@pytest.fixture(params=["boto3", "curl"])
def way(request: pytest.FixtureRequest) -> Way:
    """Return each client, with the time-outs that the functions use."""
    if request.param == "curl":
        return Way(dynamodb_by_curl, "Curl7")
    return Way(lambda url: DynamoDbBoto(dynamodb_client(url)), "EndpointConnectionError")


def test_a_refused_connection_is_unavailable(way: Way) -> None:
    """The ledger raises `DependencyUnavailable` with the client's name of the error if it cannot connect."""
    with pytest.raises(DependencyUnavailable, match=way.refused):
        way.ledger("http://127.0.0.1:9").head("lab-000000000001")


def test_a_mark_is_written_in_the_last_second(way: Way) -> None:
    """A worker that has one second left, less than an attempt can last, still writes how its shard ended."""
    _Late.received = 0
    with LoopbackServer(_Late) as server:
        ledger, end = way.left(server.url, 1)
        ledger.mark_done(_SWEEP.id, ShardDone(0, 12))
        assert _Late.received == 1
        ledger.mark_failed(_SWEEP.id, _FAILED)  # its details and its mark
        assert _Late.received == 3
        assert time.monotonic() < end


@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)
def test_no_call_outlasts_what_is_left(way: Way, call: Callable[[DynamoDbLedger], object]) -> None:
    """With little time left and a server that hangs, each call is waited for until then, and not longer."""
    with silent_server() as url:
        ledger, end = way.left(url, 0.3)
        with pytest.raises(DependencyUnavailable, match=r"in the time that is left|no time is left"):
            call(ledger)
        assert end <= time.monotonic() < end + _GRACE


def test_a_further_attempt_fits_the_deadline_too(way: Way) -> None:
    """With time for one whole attempt, the next one has what the first has left."""
    with silent_server() as url:
        ledger, end = way.left(url, 2.8)
        with pytest.raises(DependencyUnavailable):
            ledger.look(_SWEEP.id, 0)
        assert end - 1.3 < time.monotonic() < end + _GRACE


@pytest.mark.parametrize("call", _CALLS.values(), ids=_CALLS)
def test_without_time_nothing_is_sent(way: Way, call: Callable[[DynamoDbLedger], object]) -> None:
    """A call is refused at once when no time is left; a server would be asked for nothing."""
    _Late.received = 0
    with LoopbackServer(_Late) as server:
        ledger = way.ledger(server.url).within(partial(float, 0))
        with pytest.raises(DependencyUnavailable, match="no time is left"):
            call(ledger)
        assert _Late.received == 0
