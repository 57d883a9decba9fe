"""Simulates a sweep's fan-out: parent, dispatchers, workers; and what Lambda's scaling rule alone would allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from benchmarks.fanout.events import Loop
from benchmarks.fanout.inputs import Inputs
from benchmarks.fanout.platform import Function, Limit
from benchmarks.fanout.sender import Sender

Action = Callable[[], None]


@dataclass(frozen=True, slots=True)
class FanOut:
    """When what happened, in seconds after the request: the answer, and each acceptance and start in order."""

    answered: float
    accepted: list[float]
    starts: list[float]
    dispatchers: int
    environments: int


@dataclass(slots=True)
class _Course:
    answered: float = 0.0
    accepted: list[float] = field(default_factory=list)


def fan_out(inputs: Inputs) -> FanOut:
    """Simulate the whole way."""
    loop, course = Loop(), _Course()
    workers, dispatchers = _functions(loop, inputs)

    def accept() -> None:
        course.accepted.append(loop.now)
        workers.accept(lambda end: loop.after(inputs.platform.worker, end))

    def answer() -> None:
        course.answered = loop.now

    def dispatch(shards: int) -> Callable[[Action], None]:
        calls = inputs.dispatcher_calls * inputs.sender.ledger_call
        return lambda end: loop.after(calls, Sender(loop, inputs.sender, shards, accept, end).start)

    if inputs.shards <= inputs.direct:
        parent = Sender(loop, inputs.sender, inputs.shards, accept, answer)
    else:
        spans = _spans(inputs)
        events = iter(spans)
        # All spans are one block: the ledger knows of them before the first is sent, and is told when all are.
        sender = replace(inputs.sender, block=len(spans))
        parent = Sender(loop, sender, len(spans), lambda: dispatchers.accept(dispatch(next(events))), answer)
    loop.after(inputs.opening_calls * inputs.sender.ledger_call, parent.start)
    loop.run()
    return FanOut(course.answered, course.accepted, workers.starts, dispatchers.environments, workers.environments)


def scaling_limit(inputs: Inputs) -> float:
    """Return when the last worker starts if Lambda has all shards at 0, and the whole account is theirs.

    It starts as many as it may at each moment. Where workers are short beside a cold start, that is not always best.
    """
    loop = Loop()
    platform = replace(inputs.platform, queue=0.0, dispatchers=0)
    workers, _ = _functions(loop, replace(inputs, platform=platform))
    for _ in range(inputs.shards):
        workers.accept(lambda end: loop.after(platform.worker, end))
    loop.run()
    return workers.starts[-1]


def _functions(loop: Loop, inputs: Inputs) -> tuple[Function, Function]:
    platform = inputs.platform
    shared = Limit(platform.account - platform.dispatchers)
    own = Limit(platform.dispatchers) if platform.dispatchers else shared
    dispatchers = Function(loop, platform, own, platform.dispatcher_cold)
    return Function(loop, platform, shared, platform.worker_cold), dispatchers


def _spans(inputs: Inputs) -> list[int]:
    whole, rest = divmod(inputs.shards, inputs.span)
    return [inputs.span] * whole + ([rest] if rest else [])
