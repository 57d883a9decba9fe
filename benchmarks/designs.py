"""Time to walk a shard of sampled points, beside scipy's bulk generators and the samplers of Optuna and Ray.

    python -m benchmarks.designs [--rivals .venv-rivals] [--rounds 7]

A shard has 100,000 points on six axes between 0 and 1. Ours yields each point as the tuple of values that a worker's
target is called with. scipy fills an array at once, and all of it, from the first point. Optuna and Ray are called as
their users call them, a point at a time, in an environment of their own. All run in turn, and medians are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import scipy
from scipy.stats import qmc

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.kinds import DESIGN_KINDS
from domain.space.distributions.uniform import Uniform
from domain.space.parameter import Parameter
from domain.space.range import Range

POINTS, AXES, SEED = 100_000, 6, 7
KINDS = ("random", "latin_hypercube", "sobol", "halton", "saltelli")
SIZES = (10**3, 10**5, 10**12)
FEW = 900
_RIVALS = Path(__file__).with_name("design_rivals.py")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rivals", type=Path, help="an environment with optuna and ray")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}; medians of {asked.rounds} rounds")
    ways = {**_ours(), **_scipys()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(asked.rounds):
        for name, run in ways.items():
            taken[name].append(_seconds(run))
        for name, rival in _rivals(asked.rivals).items():
            taken.setdefault(name, []).append(rival)
    print("\nmicroseconds of processor a point")
    for name, seconds in taken.items():
        print(f"  {name:44} {statistics.median(seconds) * 1e6:9.2f}")
    print("\nmicroseconds of one point alone, and the most memory (KB) of a design and 900 of its points, by size")
    for kind in KINDS:
        alone = statistics.median(_alone(kind) for _ in range(asked.rounds))
        peaks = ", ".join(f"{size:.0e}: {_peak(kind, size) / 1e3:.0f}" for size in SIZES)
        print(f"  {kind:16} {alone * 1e6:6.1f} us   {peaks}")


def design(kind: str, points: int) -> Design:
    """Return a design of so many points at least, of which a shard in the middle can be walked."""
    options: dict[str, Any] = {"points": points, "seed": SEED}
    row: Any = DESIGN_KINDS[kind]
    made: Design = row.of([Parameter(f"x{axis}", Uniform(0, 1)) for axis in range(AXES)], **options)
    return made


def _ours() -> dict[str, Callable[[], int]]:
    """Return what walks a shard of each kind: of a design with as many points, and of one with very many."""
    grid = Grid(tuple(Parameter(f"x{axis}", Range(0, 10**3)) for axis in range(AXES)))
    ways: dict[str, Callable[[], int]] = {"ours: grid of 10^18 points": lambda: _walk(grid, grid.size // 3)}
    for kind in KINDS:
        for points in (POINTS, 10**12):
            made = design(kind, points)
            start = (made.size - POINTS) // 3
            ways[f"ours: {kind} of {points:.0e} points"] = lambda made=made, start=start: _walk(made, start)  # type: ignore[misc]  # mypy infers no type for a lambda with a default
    return ways


def _walk(made: Design, start: int) -> int:
    deque(made.walk(start, start + POINTS, lambda _, value: value), maxlen=0)
    return POINTS


def _scipys() -> dict[str, Callable[[], int]]:
    kinds: dict[str, Callable[[], Any]] = {
        "LatinHypercube": lambda: qmc.LatinHypercube(AXES, rng=SEED),
        "Sobol": lambda: qmc.Sobol(AXES, rng=SEED),
        "Halton": lambda: qmc.Halton(AXES, rng=SEED),
    }

    def fill(make: Callable[[], Any]) -> int:
        make().random(2**17)
        return 2**17

    return {f"scipy {scipy.__version__}: {kind}": lambda make=make: fill(make) for kind, make in kinds.items()}  # type: ignore[misc]  # mypy infers no type for a lambda with a default


def _seconds(run: Callable[[], int]) -> float:
    """Return the processor seconds of one run, a point."""
    began = time.process_time()
    points = run()
    return (time.process_time() - began) / points


def _rivals(environment: Path | None) -> dict[str, float]:
    if environment is None:
        return {}
    done = subprocess.run([environment / "bin" / "python", _RIVALS], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _alone(kind: str) -> float:
    made = design(kind, 10**12)
    made.point(0)
    began = time.process_time()
    for index in range(0, 10**12, 10**9):
        made.point(index)
    return (time.process_time() - began) / 1000


def _peak(kind: str, points: int) -> int:
    """Return the most memory, in bytes, that making a design and walking 900 points of it takes."""
    design(kind, FEW).point(0)
    tracemalloc.start()
    try:
        made = design(kind, points)
        deque(made.walk(made.size - FEW, made.size, lambda _, value: value), maxlen=0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    main()
