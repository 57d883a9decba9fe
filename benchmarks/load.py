"""What requests of 10^2 to 10^5 shards cost the functions: processor and memory a shard, calls and units of the ledger.

    python -m benchmarks.load [--largest 1000000]

The real handlers run, for each size in new processes, against a stub of Lambda that accepts every event at once, and
moto in the place of DynamoDB, each in a process of its own. What dispatchers are asked to do, one dispatcher does,
event after event. No worker runs. No function has a deadline here: measured is what each does, not what fits its time.
Memory is the most that a function has held; `more` is how much of it came after a first request, of a single shard.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import accepting_stub, counted_table
from tests.fakes.functions import DISPATCHER, LEDGER, PARENT, Function, environment

SPAWN = multiprocessing.get_context("spawn")
FIRST, LARGEST, FACTOR = 100, 100_000, 10
LIMIT = 256.0  # MB, for each function
PROJECT = Path(__file__).parents[1]
PARAMETERS = {"MaxShards": "1000000", "AllowedTargets": "benchmarks.targets:total"}
CALLS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
COLUMNS = f"{'events':>8}{'CPU s':>8}{'CPU us':>8}{'MB':>6}{'more':>6}{'calls':>9}{'units':>8}"
HEAD = f"{'shards':>9}  {'function':<11}{COLUMNS}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one function has used for some events: processor seconds, its peak in MB, and how much that grew."""

    events: int
    processor: float
    peak: float
    more: float


def main() -> int:
    """Print a line for each function and size, and return 1 if a function held more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=LARGEST)
    largest = parser.parse_args().largest
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(HEAD)
    peak, shards = 0.0, FIRST
    while shards <= largest:
        peak = max(peak, *(one.peak for one in run(shards)))
        shards *= FACTOR
    print(f"the most that a function has held: {peak:.0f} MB of {LIMIT:.0f}")
    return int(peak > LIMIT)


def run(shards: int) -> Iterator[Measured]:
    """Submit a request of so many shards, let a dispatcher do what it asks for, and print a line for each function."""
    with ExitStack() as stack:
        table, url = stack.enter_context(served(counted_table.serve, LEDGER))
        stub, lambda_url = stack.enter_context(served(accepting_stub.serve, frozenset({DISPATCHER.name})))
        addresses = {"AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_LAMBDA": lambda_url}
        measured = measure(PARENT, addresses, table, [submission(1)], [submission(shards)])
        accepted, bodies = ask(stub)
        yield shown(shards, PARENT, measured, ask(table))
        if bodies:
            measured = measure(DISPATCHER, addresses, table, [], [json.loads(body) for body in bodies])
            yield shown(shards, DISPATCHER, measured, ask(table))
            accepted += ask(stub)[0]
        if accepted["worker"] != shards + 1:
            raise SystemExit(f"{accepted['worker'] - 1} events of workers for {shards} shards")


def submission(shards: int) -> dict[str, Any]:
    """Return the proxy event of a request of so many shards, a point each."""
    levels = {name: [1] for name in "bcdef"} | {"a": {"range": {"start": 0, "stop": shards, "step": 1}}}
    request = {
        "name": "load",
        "target": "benchmarks.targets:total",
        "parameters": levels,
        "sharding": {"shards": shards},
    }
    return {
        "httpMethod": "POST",
        "resource": "/sweeps",
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(request),
    }


def shown(shards: int, function: Function, measured: Measured, counted: tuple[Any, int]) -> Measured:
    """Print what a function has used, with the calls and the write units that it cost in the ledger."""
    calls, units = counted
    each = measured.processor / shards * 1e6
    numbers = f"{measured.processor:>8.2f}{each:>8.0f}{measured.peak:>6.0f}{measured.more:>6.0f}"
    counts = ", ".join(f"{name} {calls[name]:,}" for name in CALLS if calls[name])
    print(
        f"{shards:>9,}  {function.name:<11}{measured.events:>8,}{numbers}{calls.total():>9,}{units:>8,}  {counts}",
        flush=True,
    )
    return measured


def measure(
    function: Function, addresses: dict[str, str], table: Connection, first: list[Any], events: list[Any]
) -> Measured:
    """Let a new process of a function run events, after some that are neither measured nor counted."""
    own = {"PATH": os.defpath, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load_process", function.module],
        env=environment(function, PARAMETERS) | addresses | own,
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin  # noqa: S101 - it is a pipe
        assert process.stdout  # noqa: S101 - likewise
        print(json.dumps(first), file=process.stdin, flush=True)
        process.stdout.readline()
        ask(table)
        printed, _ = process.communicate(json.dumps(events) + "\n")
        if process.returncode:
            raise SystemExit(f"the {function.name} ended with {process.returncode}")
        processor, peak, before = json.loads(printed)
    return Measured(len(events), processor, peak, peak - before)


def ask(pipe: Connection) -> Any:  # noqa: ANN401 - what the server counts
    """Return what a server has counted since it was asked last."""
    pipe.send(None)
    return pipe.recv()


@contextmanager
def served(serve: Callable[..., None], *arguments: object) -> Iterator[tuple[Connection, str]]:
    """Run a server in a process of its own, and yield the pipe to it and its address."""
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(there, *arguments), daemon=True)
    process.start()
    there.close()
    try:
        yield here, here.recv()
    finally:
        here.close()
        process.join()


if __name__ == "__main__":
    sys.exit(main())
