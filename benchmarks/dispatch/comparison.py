"""Ours beside its rivals: interleaved rounds, each way at its best concurrency, medians and ratios."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dispatch import tables
from benchmarks.dispatch.process import Processes, Run
from benchmarks.dispatch.stub import Stub, running_stub

_THREADS = {"boto3", "boto3-pool", "lithops"}
_COLD_SHARDS = 1000
# Ways with a thread for each request send about so many times fewer shards in the same time.
FEWER = 20


@dataclass(frozen=True, slots=True)
class Case:
    """How the stub behaves, and how many requests in flight are tried with threads and without."""

    name: str
    latency: float
    throttled: float
    threads: tuple[int, ...]
    sockets: tuple[int, ...]

    def concurrencies(self, name: str) -> tuple[int, ...]:
        """Return what is tried for one way."""
        return self.threads if name in _THREADS else self.sockets


AT_ONCE = Case("answers at once", 0.0, 0.0, (4, 8, 16, 32), (8, 16, 32, 64))
LATE = Case("answers after 20 ms", 0.020, 0.0, (16, 32, 64, 128), (128, 256, 384, 512))
THROTTLED = Case("answers after 20 ms, 5 of 100 by 429", 0.020, 0.05, LATE.threads, LATE.sockets)
COLD = Case("a new process, 1,000 shards, answers after 20 ms", 0.020, 0.0, (16, 32, 64), (32, 64, 128, 256))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Measures the ways with these names."""

    names: Sequence[str]
    processes: Processes
    stub: Stub
    shards: int
    rounds: int

    def best(self, case: Case, rank: Callable[[Run], float], shards: int | None = None) -> dict[str, int]:
        """Return the concurrency of each way that ranks lowest, in one run of each; prints what was tried."""
        chosen = {}
        for name in self.names:
            tried = {at_once: self._run(name, case, at_once, shards) for at_once in case.concurrencies(name)}
            chosen[name] = min(tried, key=lambda at_once: rank(tried[at_once]))
            shown = ", ".join(f"{at_once}: {run.measured.rate:,.0f}" for at_once, run in tried.items())
            print(f"  {name:11} {chosen[name]:4} at once is best; shards a second with {shown}", flush=True)
        return chosen

    def measured(
        self, cases: Iterable[Case], chosen: dict[str, int], shards: int | None = None
    ) -> list[dict[str, list[Run]]]:
        """Return the runs of each way in each case: all in turn, so that other load falls on each of them."""
        cases = list(cases)
        runs: list[dict[str, list[Run]]] = [{name: [] for name in self.names} for _ in cases]
        for _ in range(self.rounds):
            for name in self.names:
                for case, of_case in zip(cases, runs, strict=True):
                    of_case[name].append(self._run(name, case, chosen[name], shards))
        return runs

    def _run(self, name: str, case: Case, at_once: int, shards: int | None) -> Run:
        self.stub.behave(case.latency, case.throttled)
        return self.processes.run(name, self.stub, shards or self._shards(name), at_once)

    def _shards(self, name: str) -> int:
        return self.shards // FEWER if name in _THREADS else self.shards


def compare(ways: Sequence[str], rivals: Path | None, shards: int, rounds: int) -> None:
    """Print all tables, of the ways that there is an environment for."""
    cores = os.sched_getaffinity(0)
    processes = Processes(min(cores), rivals.absolute() if rivals else None)
    names = [name for name in ways if processes.has(name)]
    with running_stub(max(cores)) as stub:
        comparison = Comparison(names, processes, stub, shards, rounds)
        tables.print_head(names, processes, shards, shards // FEWER, rounds)
        print(f"\n{AT_ONCE.name}")
        (at_once,) = comparison.measured([AT_ONCE], comparison.best(AT_ONCE, _slowness))
        tables.print_rates(at_once)
        print(f"\n{LATE.name}")
        chosen = comparison.best(LATE, _slowness)
        late, throttled = comparison.measured([LATE, THROTTLED], chosen)
        tables.print_rates(late)
        print(f"\n{THROTTLED.name}")
        tables.print_faults(throttled, late)
        print(f"\n{COLD.name}")
        (cold,) = comparison.measured([COLD], comparison.best(COLD, lambda run: run.wall, _COLD_SHARDS), _COLD_SHARDS)
        tables.print_cold(cold)


def _slowness(run: Run) -> float:
    """Return a rank that is lowest for the fastest run."""
    return -run.measured.rate
