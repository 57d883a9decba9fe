"""What is dispatched, where to, and how many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from application.documents.request import request_digest
from domain.designs.grid import Grid
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Json
from domain.space.values import Values
from domain.sweep import Sweep

FUNCTION = "worker"
REGION = "us-east-1"
PATH = f"/2015-03-31/functions/{FUNCTION}/invocations"
_CONSTANTS: dict[str, Json] = {
    "gravity": 9.81,
    "height": 1.5,
    "wind": [0.0, 1.5, 3.0],
    "model": "quadratic drag, standard atmosphere",
}


@dataclass(frozen=True, slots=True)
class Job:
    """Shards to dispatch to an endpoint, whose certificate an authority has signed."""

    endpoint: str
    authority: str
    sweep: Sweep
    concurrency: int

    @property
    def host(self) -> str:
        """The endpoint's host and port."""
        return self.endpoint.partition("//")[2]


# Makes the client, which is not measured, and returns what dispatches all shards and counts them by outcome.
Way: TypeAlias = Callable[[Job], Callable[[], Counter[str]]]


def named(status: int) -> str:
    """Return the outcome of a rival's request, which has an HTTP status and no retry."""
    return "accepted" if status == 202 else f"status {status}"  # noqa: PLR2004 - HTTP's number


def realistic_sweep(shards: int) -> Sweep:
    """Return a sweep like the README's, whose payloads have about 500 bytes."""
    design = Grid(
        (
            Parameter("angle", Values(tuple(range(5, 86, 5)))),
            Parameter("speed", Values((10, 20, 40, 80))),
            Parameter("drag", Values((0.0001, 0.001, 0.01, 0.1))),
            Parameter("run", Range(0, shards)),
        )
    )
    request = SweepRequest("projectile-drag", "examples.projectile:simulate", design, _CONSTANTS, ShardCount(shards))
    return Sweep("projectile-drag-000000000001", "key", request_digest(request), request, 1_700_000_000.0)
