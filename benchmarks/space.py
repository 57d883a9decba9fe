"""Time to walk a space, and time and memory to plan a huge one. Run: python -m benchmarks.space."""

from __future__ import annotations

import statistics
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from time import perf_counter

from domain.designs.grid import Grid
from domain.plan import DefaultSharding, Plan, make_plan
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.values import Values
from domain.space.when import When

ROUNDS = 9
POINTS = 200_000
AXES = 6
PLANS = 100


def grid(levels: int) -> Grid:
    """Return a grid of six parameters with so many levels each."""
    return Grid(tuple(Parameter(f"p{axis}", Range(0, levels)) for axis in range(AXES)))


def conditional(levels: int) -> Grid:
    """Return a grid of as many parameters, of which each but the first exists by half of the levels before it."""
    conditions = [When.of({f"p{axis}": list(range(levels // 2))}) for axis in range(AXES - 1)]
    return Grid(tuple(Parameter(f"p{axis}", Range(0, levels), when) for axis, when in enumerate([None, *conditions])))


def models(levels: int) -> Grid:
    """Return a grid of two models, of which each has its own two parameters, and of one that both have."""
    own = [(f"{model}{number}", When.of({"kind": model})) for model in ("svm", "tree") for number in range(2)]
    conditional = (Parameter(name, Range(0, levels), when) for name, when in own)
    runs = Parameter("run", Range(0, POINTS))
    return Grid((runs, Parameter("kind", Values(("svm", "tree"))), *conditional))


def walk(space: Grid) -> Iterator[object]:
    """Walk the points of a shard like a worker."""
    return space.walk(12_345, 12_345 + POINTS, lambda _, value: value)


def divmod_loop(space: Grid) -> Iterator[object]:
    """Walk the same points with six divisions each, for comparison."""
    axes = [(p.levels.size, tuple(map(p.levels.value, range(p.levels.size)))) for p in space.parameters][::-1]
    for index in range(12_345, 12_345 + POINTS):
        rest, values = index, []
        for size, axis in axes:
            rest, digit = divmod(rest, size)
            values.append(axis[digit])
        yield tuple(values[::-1])


def plan(points_a_axis: int) -> Plan:
    """Return the plan of a grid, after computing its last shard and its last point."""
    space = Grid(tuple(Parameter(f"p{axis}", Linspace(0, 1, points_a_axis)) for axis in range(AXES)))
    planned = make_plan(space.size, DefaultSharding())
    space.point(planned.shard(planned.shards - 1).stop - 1)
    return planned


def seconds(run: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    start = perf_counter()
    run()
    return perf_counter() - start


def peak(run: Callable[[], object]) -> int:
    """Return the peak memory of a run, in bytes."""
    tracemalloc.start()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> None:
    """Print the medians of interleaved runs, and the peak memory of planning."""
    space, chain, two = grid(10), conditional(20), models(3)
    runs: dict[str, Callable[[], object]] = {
        "walk": lambda: deque(walk(space), maxlen=0),
        "walk of a chain": lambda: deque(walk(chain), maxlen=0),
        "walk of two models": lambda: deque(walk(two), maxlen=0),
        "divmod loop": lambda: deque(divmod_loop(space), maxlen=0),
        "plan of 10^6 points": lambda: [plan(10) for _ in range(PLANS)],
        "plan of 10^18 points": lambda: [plan(1000) for _ in range(PLANS)],
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(seconds(run))
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    for name in ("walk", "walk of a chain", "walk of two models", "divmod loop"):
        print(f"{name:22} {medians[name] / POINTS * 1e9:8.0f} ns a point, {AXES} axes")
    print(f"{'ratio':22} {medians['divmod loop'] / medians['walk']:8.1f}")
    huge: dict[str, Callable[[], object]] = {
        "plan of 10^6 points": lambda: plan(10),
        "plan of 10^18 points": lambda: plan(1000),
    }
    for name, planned in huge.items():
        print(f"{name:22} {medians[name] / PLANS * 1e6:8.0f} us, {peak(planned) / 1024:.1f} KiB at most")


if __name__ == "__main__":
    main()
