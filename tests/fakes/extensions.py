"""Hypothesis strategies for pairs of designs, of which the second one extends the first; and what runs both."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads, own_task
from application.execute_shard import ExecuteShard
from application.meter import Meter
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.kinds import DESIGN_KINDS
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.designs.whole import walk_whole
from domain.dispatch_policy import no_deadline
from domain.plan import Shard, ShardCount
from domain.request import SweepRequest
from domain.space.distributions.normal import Normal
from domain.space.distributions.uniform import Uniform
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Scalar
from domain.space.values import Values
from domain.sweep import Sweep
from domain.task import ShardTask
from tests.fakes.clock import HandClock
from tests.fakes.forks import NoForks
from tests.fakes.ledger import MemoryLedger
from tests.fakes.result_store import MemoryResults
from tests.fakes.spaces import conditional_grids, grids, point_lists, scalars
from tests.fakes.target_loader import KnownTargets

Pair = tuple[Design, Design]
EARLIER, LATER = "lab-000000000001", "lab-000000000002"


class Worker:
    """Executes shards of two sweeps, whose target raises at some points of the earlier one, and notes its calls."""

    def __init__(self, earlier: Design, later: Design, shards: tuple[int, int] = (1, 1)) -> None:
        """Record both sweeps, and execute nothing yet."""
        self.ledger, self.results = MemoryLedger(HandClock()), MemoryResults()
        targets = KnownTargets(f=self.target)
        self.execute = ExecuteShard(self.ledger, self.results, targets, NoForks())
        self.earlier = self._record(EARLIER, earlier, shards[0])
        self.later = self._record(LATER, later, shards[1], extends=EARLIER)
        self.calls: list[str] = []
        self.meter = Meter()
        self.broken = 0

    def target(self, replicate: int | None = None, **values: object) -> object:
        """Return what follows from the point alone; of four points, raise at so many as are broken."""
        point = {**values, **({} if replicate is None else {"replicate": replicate})}
        text = json.dumps(point)
        self.calls.append(text)
        number = zlib.crc32(text.encode())
        if number % 4 < self.broken:
            raise ValueError(f"no value of {number}")
        return [number, point]

    def run_earlier(self, numbers: Sequence[int] | None = None, *, broken: int = 1) -> None:
        """Execute the earlier sweep, or some shards of it."""
        self.broken = broken
        for shard in self.earlier.plan:
            if numbers is None or shard.number in numbers:
                self.execute(self.task(self.earlier, shard), Meter(), no_deadline)
        self.broken, self.calls = 0, []

    def run_later(self) -> list[str]:
        """Execute the later sweep, and return its lines."""
        for shard in self.later.plan:
            self.execute(self.task(self.later, shard), self.meter, no_deadline)
        return self.lines(self.later)

    def from_nothing(self) -> dict[tuple[str, int], bytes]:
        """Return the objects of the later sweep, as workers make them that know of no earlier one."""
        ledger, results = MemoryLedger(HandClock()), MemoryResults()
        ledger.open(self.later)
        execute = ExecuteShard(ledger, results, KnownTargets(f=self.target), NoForks())
        for shard in self.later.plan:
            execute(replace(self.task(self.later, shard), extends=None), Meter(), no_deadline)
        self.calls = []
        return results.objects

    def lines(self, sweep: Sweep) -> list[str]:
        """Return the lines of a sweep that are stored."""
        bodies = (self.results.objects.get((sweep.id, shard.number)) for shard in sweep.plan)
        return [line for body in bodies if body for line in gzip.decompress(body).decode().splitlines()]

    def valued(self) -> set[str]:
        """Return the points that have a value in the earlier sweep, as the calls are noted."""
        lines = map(json.loads, self.lines(self.earlier))
        return {json.dumps(line["point"]) for line in lines if "value" in line}

    @staticmethod
    def task(sweep: Sweep, shard: Shard) -> ShardTask:
        """Return the task of a shard, as workers of both kinds read it."""
        payload = Payloads(sweep).of(shard)
        task = own_task(payload)
        assert read_payload(json.loads(payload)) == task
        return task

    def _record(self, sweep_id: str, design: Design, shards: int, extends: str | None = None) -> Sweep:
        count = min(shards, design.size)
        request = SweepRequest("lab", "toy:f", design, {}, ShardCount(count), extends=extends)
        return self.ledger.open(Sweep(sweep_id, sweep_id, sweep_id, request, 0.0))


@st.composite
def by_values(draw: st.DrawFn) -> Pair:
    """Return an earlier grid or list, and a grid or a list over the same parameters with some of its points."""
    earlier = draw(grids() | conditional_grids() | point_lists())
    if isinstance(earlier, Grid) and draw(st.booleans()):
        return earlier, Grid(_grown(draw, earlier), earlier.zip)
    own = list(walk_whole(earlier, 0, earlier.size, lambda _, value: value))
    others = st.tuples(*[scalars] * len(earlier.names))
    rows = draw(st.lists(st.sampled_from(own) | others, min_size=1, max_size=12))
    return earlier, PointList(earlier.names, tuple(rows))


def _grown(draw: st.DrawFn, grid: Grid) -> tuple[Parameter, ...]:
    """Return the parameters of a grid with levels before, between and after those that there are."""
    grown: dict[str, Levels] = {}
    for axis in grid.axes:
        rows = list(zip(*[[one.levels.value(row) for row in range(one.levels.size)] for one in axis], strict=True))
        more = draw(st.lists(st.tuples(*[scalars] * len(axis)), max_size=2))
        kept = draw(st.permutations([*rows, *more]))
        grown |= {one.name: Values(tuple(row[place] for row in kept)) for place, one in enumerate(axis)}
        if len(axis) == 1 and not more:
            grown[axis[0].name] = _longer(axis[0].levels)
    return tuple(replace(one, source=grown[one.name]) for one in grid.parameters)


def _longer(levels: Levels) -> Levels:
    """Return levels among which are the old ones, by a formula where they are made by one."""
    match levels:
        case Linspace(start, stop, num):
            return Linspace(start, stop, 2 * num - 1)
        case Range(start, stop, step):
            return Range(start - 2 * step, stop + step, step)
        case _:
            return levels


@st.composite
def sampled_pairs(draw: st.DrawFn) -> Pair:
    """Return a sampled design, and one with more of its points, with more levels in its grid, or with other first."""
    kind = draw(st.sampled_from(["random", "sobol", "halton", "saltelli", "latin_hypercube"]))
    # Of two parameters, saltelli has the same point twice in a block.
    drawn = [Parameter("x", Uniform(0, 1)), Parameter("y", Normal(0, 1)), Parameter("z", Uniform(2, 3))]
    points = draw(st.integers(1, 9))
    seed: dict[str, Any] = {"seed": draw(st.integers(0, 99))}
    more = 0 if kind == "latin_hypercube" else draw(st.integers(0, 9))
    if kind == "saltelli":
        earlier, later = ({**seed, "second_order": draw(st.booleans())} for _ in range(2))
        return _made(kind, drawn, points, earlier), _made(kind, drawn, points + more, later)
    old = draw(st.lists(scalars, max_size=3, unique_by=repr))
    new = draw(st.permutations([*old, *draw(st.lists(scalars, max_size=2, unique_by=repr))]))
    rows: st.SearchStrategy[list[Scalar]] = st.lists(st.integers(0, 3), max_size=2)
    pair = []
    for levels, count in ((old, points), (new, points + more)):
        crossed = [Parameter("g", Values(tuple(levels)))] if old else []
        parameters = [*crossed, *drawn]
        first = [{one.name: place for one in parameters} for place in draw(rows)]
        options = {**seed, "grid": ["g"] if old else [], "first": first}
        pair.append(_made(kind, parameters, count, options))
    return pair[0], pair[1]


def _made(kind: str, parameters: Sequence[Parameter], points: int, options: dict[str, Any]) -> Design:
    row: Any = DESIGN_KINDS[kind]  # each has an `of`, with its own options
    made: Design = row.of(parameters, points=points, **options)
    return made


@st.composite
def extensions(draw: st.DrawFn) -> Pair:
    """Return pairs of designs, some with other numbers of replicates."""
    earlier, later = draw(by_values() | sampled_pairs())
    if draw(st.booleans()):
        return earlier, later
    return Replicated(earlier, draw(st.integers(1, 3)), 7), Replicated(later, draw(st.integers(1, 3)), 7)
