"""A sweep of 2,000 shards on a local stack, compared with a plain loop of boto3 invokes.

    python -m benchmarks.deployed [--shards 2000] [--points 20000] [--rounds 3]

Both send the same payloads to the same emulated Lambda. Its workers are those of `make stack-up` as it is typed: a
few of AWS's runtime interface emulators with the real runtime client and the real bundle. A round is finished when
the last shard is done in the ledger. The rival is a simple script: `for payload in payloads:
client.invoke(InvocationType="Event", ...)`. Rounds are interleaved, and the medians are compared. Every round must
end with the result of every point in the bucket. The memory is the most that all processes of the stack had at once:
the emulator, its functions and the workers.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from infra.local.process_group import PROCESSES
from infra.local.workers import at_once
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import TRIAL, bring_up, new_name, take_down

PATIENCE = 600.0
WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Round:
    """One sweep: seconds until its shards were dispatched, and until they were done."""

    accepted: float
    finished: float


def request(points: int, shards: int) -> dict[str, Any]:
    """Return a sweep of so many points in so many shards."""
    return {
        "name": "size",
        "target": f"{TRIAL}:area",
        "parameters": {"x": {"range": {"start": 0, "stop": points}}, "y": [2]},
        "sharding": {"shards": shards},
    }


def ours(cloud: Cloud, document: dict[str, Any]) -> Round:
    """Submit a sweep through the gateway and return its times."""
    began = time.perf_counter()
    answer = cloud.submit(document)
    accepted = time.perf_counter() - began
    if answer.status != 202 or answer.document["dispatch"]["accepted"] != answer.document["shards"]:  # noqa: PLR2004 - HTTP's Accepted
        raise SystemExit(f"not every shard was accepted: {answer.body!r}")
    return Round(accepted, finish(cloud, answer.document["sweep_id"], began))


def plain_loop(cloud: Cloud, document: dict[str, Any]) -> Round:
    """Invoke a worker for each payload in a loop and return the times; a recorder gets the sweep's own dispatch."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        submitted = cloud.submit(document).document
        recorder.wait_for(submitted["sweep_id"], submitted["shards"])
    payloads = recorder.payloads_of(submitted["sweep_id"])
    began = time.perf_counter()
    for payload in payloads:
        cloud.dispatch(payload)
    accepted = time.perf_counter() - began
    return Round(accepted, finish(cloud, submitted["sweep_id"], began))


def finish(cloud: Cloud, sweep_id: str, began: float) -> float:
    """Wait for a sweep's end and return the seconds since it began; exit if a result is missing."""
    status = cloud.ended(sweep_id, PATIENCE)
    finished = time.perf_counter() - began
    stored = cloud.count_objects(sweep_id)
    if (status["state"], status["done"], stored) != ("done", status["size"], status["shards"]):
        raise SystemExit(f"something was lost: {stored} objects, and {status}")
    return finished


def describe(name: str, rounds: list[Round]) -> None:
    """Print the medians and all times of the rounds, in seconds."""
    accepted, finished = [one.accepted for one in rounds], [one.finished for one in rounds]
    print(f"{name:11}accepted {statistics.median(accepted):6.2f} s  {[round(value, 2) for value in accepted]}")
    print(
        f"{'':11}finished {statistics.median(finished):6.2f} s  {[round(value, 2) for value in finished]}", flush=True
    )


@contextmanager
def memory(cloud: Cloud) -> Iterator[Callable[[], int]]:
    """Look at the stack's memory once a second within the block; yield a function that returns the most, in MB."""
    seen, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            seen.append(sum(map(resident, cloud.processes())))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield lambda: max(seen) // 1024
    finally:
        ended.set()
        watching.join()


def resident(process: int) -> int:
    """Return the memory of a process in KB, with its part of what it shares; 0 if it has ended."""
    try:
        text = (PROCESSES / str(process) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def measure(cloud: Cloud, arguments: argparse.Namespace) -> None:
    """Run the rounds of both ways, interleaved, and print their times."""
    document = request(arguments.points, arguments.shards)
    rivals: dict[str, Callable[[Cloud, dict[str, Any]], Round]] = {"ours": ours, "plain loop": plain_loop}
    rounds: dict[str, list[Round]] = {name: [] for name in rivals}
    ours(cloud, request(WARM_UP, WARM_UP))  # starts every runtime, so that no start is measured
    with memory(cloud) as most:
        for _ in range(arguments.rounds):
            for name, run in rivals.items():
                rounds[name].append(run(cloud, document))
    print(f"memory of the stack's processes, at most: {most():,} MB")
    for name, measured in rounds.items():
        describe(name, measured)
    first, second = ([one.accepted for one in measured] for measured in rounds.values())
    print(
        f"accepted {statistics.median(second) / statistics.median(first):.1f} times as fast as by the loop; none lost"
    )


def main() -> None:
    """Start a stack, measure, and stop the stack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, default=2000)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("boto3", "botocore"))
    print(f"Python {platform.python_version()}, {versions}; {at_once(0)} workers at once")
    print(f"{arguments.points:,} points in {arguments.shards:,} shards", flush=True)
    name = new_name()
    try:
        cloud = bring_up(name)
        measure(cloud, arguments)
        cloud.close()
    finally:
        take_down(name)


if __name__ == "__main__":
    main()
