"""What the fan-out's simulation is told. Times are in seconds."""

from __future__ import annotations

from dataclasses import dataclass

from domain.places import BLOCK_SHARDS


@dataclass(frozen=True, slots=True)
class SenderInputs:
    """A function that sends: `per_event` and `per_connection` are processor time, measured by `benchmarks.dispatch`.

    It has few connections at first, and one more for each `events_a_connection` that were accepted. The ledger is
    called twice to claim a block and once to record it; `calls_at_once` run beside the sending, or none does.
    """

    per_event: float = 60e-6
    per_connection: float = 750e-6
    processor: float = 1.0  # of one core: with 1,769 MB a function has a whole one
    round_trip: float = 0.020
    first_connections: int = 48
    events_a_connection: int = 16
    connections: int = 384
    block: int = BLOCK_SHARDS
    ledger_call: float = 0.005
    calls_at_once: int = 4


@dataclass(frozen=True, slots=True)
class LambdaInputs:
    """How Lambda starts functions (AWS Lambda developer guide, "Lambda scaling behavior").

    A function may have `burst` new execution environments at once, of which `refill` come back in a second; no more
    than `account` events run at the same time, of which `dispatchers` are kept for dispatchers, and used by no other.
    """

    burst: int = 1000
    refill: float = 100.0
    account: int = 10_000
    dispatchers: int = 0
    queue: float = 0.050  # from the acceptance of an event until a free environment has it
    dispatcher_cold: float = 0.6
    worker_cold: float = 0.6
    worker: float = 30.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """A sweep of so many shards: above `direct`, dispatchers send `span` shards each."""

    shards: int
    direct: int = 4096
    span: int = 4096
    opening_calls: int = 6  # of the ledger, before the parent sends the first event
    dispatcher_calls: int = 3  # before a dispatcher claims its first block
    sender: SenderInputs = SenderInputs()
    platform: LambdaInputs = LambdaInputs()
