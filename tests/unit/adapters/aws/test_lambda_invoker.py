"""What the invoker makes of a client's odd moments, which no server can be told to bring about."""

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
from adapters.machine.json_log import JsonLog
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import DispatchPolicy, no_deadline
from domain.plan import Shard
from tests.fakes.sweeps import make_sweep

POLICY = DispatchPolicy(concurrency=2, attempts=1)


class Client:
    """Accepts `free` events when `first` opens and the others when `gate` does; if told so, its answers break off."""

    def __init__(self, *, free: int = 1000, breaks: bool = False) -> None:
        """Begin with `gate` closed, and with `first` open."""
        self.free = free
        self.breaks = breaks
        self.gate = Event()
        self.first = Event()
        self.first.set()
        self.calls = 0
        self._lock = Lock()

    def invoke(self, **_: object) -> dict[str, Any]:
        """Answer 202."""
        with self._lock:
            self.calls += 1
            gate = self.first if self.calls <= self.free else self.gate
        gate.wait(30)
        return {"StatusCode": 202, "Payload": self, "ResponseMetadata": {"RequestId": "id"}}

    def read(self) -> bytes:
        """Return the (empty) body."""
        if self.breaks:
            raise IncompleteReadError(actual_bytes=0, expected_bytes=2)
        return b""


def invoker_of(client: Client) -> LambdaInvoker:
    """Return an invoker with all the time there is."""
    stand_in: Any = client  # of the one method that is used
    return LambdaInvoker(Invocation(stand_in, "worker"), POLICY, JsonLog("ERROR", "parent"))


def test_an_answer_that_breaks_off_after_its_202_is_accepted() -> None:
    """The status and the request id have come: the shard must not be taken for rejected, nor stop the others."""
    sweep = make_sweep(size=5, shards=5)
    outcomes = list(invoker_of(Client(breaks=True)).dispatch(sweep, sweep.plan, no_deadline))
    assert [(outcome.kind, outcome.request_id) for outcome in outcomes] == [(OutcomeKind.ACCEPTED, "id")] * 5


def test_a_dispatch_that_is_given_up_hands_over_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who closes the iterator hears of no further outcome, so what has not been sent by then is not sent."""
    client = Client(free=1)
    client.first.clear()
    sweep = make_sweep(size=50, shards=50)

    def shards() -> Iterator[Shard]:
        yield from islice(sweep.plan, 3)
        client.first.set()  # from here on one has an answer, two at most are under way, and one waits
        yield from islice(sweep.plan, 3, None)

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as the parent has it
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            client.gate.set()  # what was under way may end now
            super().shutdown(wait=wait)

    monkeypatch.setattr("adapters.aws.lambda_invoker.ThreadPoolExecutor", Pool)
    outcomes: Any = invoker_of(client).dispatch(
        sweep, shards(), no_deadline
    )  # a generator, which the port does not promise
    next(outcomes)
    outcomes.close()
    assert client.calls <= 1 + POLICY.concurrency
