"""The sweeps that callers ask for, and what their results must be: computed by numpy and itertools alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.e2e.chaos.parameters import TARGETS
from tests.e2e.chaos.script import Script

Json = dict[str, Any]
SCALE = 3
# Of the sweeps but the first, so many are cancelled.
_CANCELLED = 0.15
# What `partial` has no value for.
_NO_VALUE = 3


@dataclass(slots=True)
class Asked:
    """One sweep: the request with its key, and what its callers know of it."""

    key: str
    request: Json
    points: list[Json]
    shards: int
    sweep_id: str | None = None
    will_be_cancelled: bool = False
    is_cancelled: bool = False  # whether a caller has tried to cancel it
    last: Json = field(default_factory=dict)  # the last status that a caller has read

    @property
    def name(self) -> str:
        """The sweep's name."""
        return str(self.request["name"])

    def range_of(self, shard: int) -> range:
        """Return the indices of a shard."""
        size = len(self.points)
        return range(shard * size // self.shards, (shard + 1) * size // self.shards)

    def value(self, index: int) -> float | None:
        """Return the value of a point, None for one that has none."""
        point = self.points[index]
        if self.request["target"].endswith(":partial") and point["b"] == _NO_VALUE:
            return None
        return float(SCALE * point["a"] + point["b"])

    @property
    def without_value(self) -> int:
        """How many points have no value."""
        return sum(self.value(index) is None for index in range(len(self.points)))


def asked(script: Script, sweeps: int, largest: int, usual: int, label: str) -> Iterator[Asked]:
    """Yield so many sweeps by the script; the first one has the most shards, few of the others come near `usual`."""
    for number in range(sweeps):

        def chance(what: str, number: int = number) -> float:
            return script.chance("sweep", number, what)

        shards = largest if number == 0 else 1 + int(chance("shards") ** 2 * usual)
        size = shards + int(chance("size") * shards * 2)
        design, points = _points(chance("kind"), size)
        target = ("steady", "partial", "shaky", "shaky")[int(chance("target") * 4)]
        request = {
            "name": f"{label}s{number}",
            "target": f"{TARGETS}:{target}",
            "constants": {"scale": SCALE},
            "sharding": {"shards": min(shards, len(points))},
            **design,
        }
        is_cancelled = number > 0 and chance("cancel") < _CANCELLED
        yield Asked(f"key-{label}{number}", request, points, min(shards, len(points)), will_be_cancelled=is_cancelled)


def _points(chance: float, size: int) -> tuple[Json, list[Json]]:
    """Return a design and its points: about so many, in the order of their indices."""
    if chance < 1 / 4:
        points = [{"a": index * 0.5, "b": index % 7} for index in range(size)]
        return {"design": {"kind": "points", "points": points}}, points
    rows = max(1, size // 5)
    if chance < 1 / 2:
        first = {"linspace": {"start": -1, "stop": 2.5, "num": rows}}
        return _grid(first, np.linspace(-1, 2.5, rows).tolist(), list(range(5)))
    if chance < 3 / 4:
        return _grid({"range": {"start": 0, "stop": rows, "step": 1}}, list(range(rows)), [0.25, 3, -7, 1e-9, 4])
    points = [{"a": index * 0.1, "b": index % 5} for index in range(size)]
    zipped = {name: [point[name] for point in points] for name in ("a", "b")}
    return {"parameters": zipped, "design": {"kind": "grid", "zip": [["a", "b"]]}}, points


def _grid(first: Json, levels: list[float], second: list[float]) -> tuple[Json, list[Json]]:
    points = [{"a": a, "b": b} for a, b in itertools.product(levels, second)]
    return {"parameters": {"a": first, "b": second}}, points
