"""How the invoker treats client errors and an early close, which no emulator can be made to produce."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Event, Lock
from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError

from adapters.aws.invocation import Invocation
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.threaded_sender import ThreadedSender
from adapters.machine.json_log import JsonLog
from application.documents.payload import Payloads
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import DispatchPolicy, no_deadline
from domain.plan import Shard
from domain.reasons import Reason
from tests.fakes.sweeps import make_sweep

POLICY = DispatchPolicy(concurrency=2, attempts=1)


class Client:
    """A client that accepts `free` events once `first` is set and the others once `gate` is set."""

    def __init__(self, *, free: int = 1000, breaks: bool = False) -> None:
        """Start with `first` set and `gate` not. With `breaks`, reading the body of an answer raises."""
        self.free = free
        self.breaks = breaks
        self.gate = Event()
        self.first = Event()
        self.first.set()
        self.calls = 0
        self._lock = Lock()

    def invoke(self, **_: object) -> dict[str, Any]:
        """Return an answer with status 202."""
        with self._lock:
            self.calls += 1
            gate = self.first if self.calls <= self.free else self.gate
        gate.wait(30)
        return {"StatusCode": 202, "Payload": self, "ResponseMetadata": {"RequestId": "id"}}

    def read(self) -> bytes:
        """Return the empty body, or raise `IncompleteReadError`."""
        if self.breaks:
            raise IncompleteReadError(actual_bytes=0, expected_bytes=2)
        return b""


def invoker_of(client: Client) -> LambdaInvoker:
    """Return an invoker of this client."""
    any_client: Any = client  # it has only the one method that the invoker calls
    return LambdaInvoker(ThreadedSender(Invocation(any_client, "worker"), POLICY, JsonLog("ERROR", "parent")))


def test_an_answer_that_breaks_off_after_its_status_is_accepted() -> None:
    """The client has read status 202: the shard is accepted, and the others are dispatched."""
    sweep = make_sweep(size=5, shards=5)
    outcomes = list(invoker_of(Client(breaks=True)).dispatch(sweep, sweep.plan, no_deadline))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.ACCEPTED] * 5


def test_a_shard_without_a_payload_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a shard is rejected, not unknown: no worker can have it. The others are dispatched."""
    write = Payloads.of

    def broken(payloads: Payloads, shard: Shard) -> bytes:
        if shard.number == 2:
            raise ValueError("a number has too many digits")
        return write(payloads, shard)

    monkeypatch.setattr(Payloads, "of", broken)
    client = Client()
    sweep = make_sweep(size=5, shards=5)
    outcomes = {outcome.shard: outcome for outcome in invoker_of(client).dispatch(sweep, sweep.plan, no_deadline)}
    assert outcomes.pop(2) == Outcome(2, OutcomeKind.REJECTED, Reason.PAYLOAD_REFUSED, attempts=0)
    assert set(outcomes.values()) == {Outcome(shard, OutcomeKind.ACCEPTED) for shard in (0, 1, 3, 4)}
    assert client.calls == 4


def test_a_closed_dispatch_sends_no_further_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller that closes the iterator gets no further outcome, so the invoker sends no further event."""
    client = Client(free=1)
    client.first.clear()
    sweep = make_sweep(size=50, shards=50)

    def shards() -> Iterator[Shard]:
        yield from islice(sweep.plan, 3)
        client.first.set()  # now one shard has an answer, at most two are in flight, and one waits
        yield from islice(sweep.plan, 3, None)

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the parent's signature
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            client.gate.set()  # events in flight may be answered now
            super().shutdown(wait=wait)

    monkeypatch.setattr("adapters.aws.threaded_sender.ThreadPoolExecutor", Pool)
    # `Any`: the port promises an iterator, and only a generator has `close`.
    outcomes: Any = invoker_of(client).dispatch(sweep, shards(), no_deadline)
    next(outcomes)
    outcomes.close()
    assert client.calls <= 1 + POLICY.concurrency
