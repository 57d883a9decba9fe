"""What the comparison prints: medians, and ratios to the yardstick, a bare boto3 pool, or else the first way."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from typing import TypeAlias

from benchmarks.dispatch.process import Processes, Run

YARDSTICK = "boto3-pool"
Runs: TypeAlias = dict[str, list[Run]]


def print_head(names: Sequence[str], processes: Processes, many: int, few: int, rounds: int) -> None:
    """Print what is measured, by which versions, and how busy the machine is."""
    load = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load average {load}; medians of {rounds} rounds"
    )
    print(f"{many:,} shards a run, {few:,} where there is a thread for each request")
    for name in names:
        print(f"  {name:11} {processes.versions(name)}")


def print_rates(runs: Runs) -> None:
    """Print processor time and rate of each way, beside the yardstick's."""
    yardstick = _yardstick(runs)
    for name, of_way in runs.items():
        cpu, rate = _cpu(of_way), _rate(of_way)
        ratios = f"{_cpu(yardstick) / cpu:5.1f} times less, {rate / _rate(yardstick):5.1f} times as fast"
        print(f"{name:11} {cpu:7.1f} us of processor a shard, {rate:8,.0f} shards a second; {ratios}")


def print_faults(runs: Runs, without: Runs) -> None:
    """Print each way's rate beside its rate without faults, and how many shards it lost."""
    for name, of_way in runs.items():
        rate, shards = _rate(of_way), sum(sum(run.measured.outcomes.values()) for run in of_way)
        lost, twice = sum(run.lost for run in of_way), sum(run.counts.twice for run in of_way)
        share = f"{rate / _rate(without[name]):.2f} of its rate without"
        print(f"{name:11} {rate:8,.0f} shards a second, {share}; lost {lost:,} of {shards:,}, twice {twice:,}")


def print_cold(runs: Runs) -> None:
    """Print the seconds of whole processes, beside the yardstick's."""
    yardstick = _yardstick(runs)
    for name, of_way in runs.items():
        wall, processor = _wall(of_way), _processor(of_way)
        ratios = f"{wall / _wall(yardstick):.2f} and {processor / _processor(yardstick):.2f} of the yardstick's"
        print(f"{name:11} {wall:.2f} s to wait, {processor:.2f} s of processor; {ratios}")


def _yardstick(runs: Runs) -> list[Run]:
    return runs.get(YARDSTICK) or next(iter(runs.values()))


def _rate(runs: list[Run]) -> float:
    return _median(runs, lambda run: run.measured.rate)


def _cpu(runs: list[Run]) -> float:
    return _median(runs, lambda run: run.measured.cpu_us)


def _wall(runs: list[Run]) -> float:
    return _median(runs, lambda run: run.wall)


def _processor(runs: list[Run]) -> float:
    return _median(runs, lambda run: run.processor)


def _median(runs: list[Run], figure: Callable[[Run], float]) -> float:
    return statistics.median(map(figure, runs))
