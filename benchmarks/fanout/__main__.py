"""Simulates the fan-out of sweeps: when the last shard is accepted, and when the last worker starts.

    python -m benchmarks.fanout [--shards 1000 10000 ...] [--explore] [--check]

The last start stands beside the time that Lambda's scaling rule alone would allow, had it all shards at once.
`--explore` shows other spans, and other numbers of shards from which dispatchers are used. `--check` runs the real code
against the stub of `benchmarks.dispatch`, and compares the times with simulated ones.
"""

from __future__ import annotations

import argparse
import gc
from dataclasses import replace

from benchmarks.fanout.inputs import Inputs, LambdaInputs, SenderInputs
from benchmarks.fanout.simulation import fan_out, scaling_limit

_SHARDS = (1_000, 10_000, 100_000, 1_000_000)
_SPANS = (1024, 2048, 4096, 8192, 16_384, 32_768)
_DIRECT = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)


def main() -> None:
    """Print the table, and what else is asked for."""
    sender, platform = SenderInputs(), LambdaInputs()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, nargs="+", default=_SHARDS)
    parser.add_argument("--cpu-us", type=float, default=sender.per_event * 1e6, help="of a core, for each event")
    parser.add_argument("--memory", type=int, default=1769, help="of parent and dispatchers, in MB")
    parser.add_argument("--round-trip", type=float, default=sender.round_trip, help="of an event, in seconds")
    parser.add_argument("--account", type=int, default=platform.account, help="the account's limit of concurrency")
    parser.add_argument("--worker", type=float, default=platform.worker, help="seconds that a worker runs")
    parser.add_argument("--explore", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    # Millions of small objects are made, and no cycle: looking for cycles would take most of the time.
    gc.disable()
    inputs = Inputs(
        0,
        sender=replace(
            sender,
            per_event=asked.cpu_us / 1e6,
            processor=min(1.0, asked.memory / 1769),
            round_trip=asked.round_trip,
        ),
        platform=replace(platform, account=asked.account, worker=asked.worker),
    )
    print_table(inputs, asked.shards)
    if asked.explore:
        explore_spans(inputs)
        explore_direct(inputs)
    if asked.check:
        from benchmarks.fanout.check import check  # noqa: PLC0415 - it compiles and starts the stub

        check(inputs)


def print_table(inputs: Inputs, sizes: list[int]) -> None:
    """Print a line for each number of shards."""
    print("    shards  dispatchers  answered  last accepted  last start  scaling limit   beyond the limit")
    for shards in sizes:
        one = replace(inputs, shards=shards)
        course, limit = fan_out(one), scaling_limit(one)
        times = f"{course.answered:8.2f} s {course.accepted[-1]:12.2f} s {course.starts[-1]:9.2f} s {limit:12.2f} s"
        beyond = course.starts[-1] - limit
        print(f"{shards:10,} {course.dispatchers:12,} {times} {beyond:8.2f} s {beyond / limit:6.1%}", flush=True)


def explore_spans(inputs: Inputs) -> None:
    """Print, for 100,000 shards, what other sizes of spans lead to, and how long one dispatcher runs."""
    print("\n      span  dispatchers  last accepted  a dispatcher's time    (100,000 shards)")
    for span in _SPANS:
        course = fan_out(replace(inputs, shards=100_000, span=span, direct=1))
        alone = fan_out(replace(inputs, shards=span, direct=span)).answered
        print(f"{span:10,} {course.dispatchers:12,} {course.accepted[-1]:12.2f} s {alone:18.2f} s")


def explore_direct(inputs: Inputs) -> None:
    """Print what the parent alone and what dispatchers would need for the same shards."""
    print("\n    shards  by the parent: answered, last accepted    by dispatchers: answered, last accepted")
    for shards in _DIRECT:
        alone = fan_out(replace(inputs, shards=shards, direct=shards))
        by_spans = fan_out(replace(inputs, shards=shards, direct=1))
        first = f"{alone.answered:21.2f} s {alone.accepted[-1]:12.2f} s"
        print(f"{shards:10,} {first} {by_spans.answered:25.2f} s {by_spans.accepted[-1]:12.2f} s")


if __name__ == "__main__":
    main()
