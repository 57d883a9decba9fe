"""CPU of a new process from the bundle of a function to its first useful call, beside a bare boto3 handler.

    python -m benchmarks.cold_start [--rounds 15] [--client curl] [--client boto3] [--bundle FOLDER] [--no-bytecode]

A process imports a handler from the bundle and answers one event: the parent submits a sweep of two shards, which a
dispatcher sends to workers, and one of a single shard, which it sends itself; the worker evaluates that shard, and the
recorder of undelivered shards marks it. The bare handler makes one client of boto3, from
the same bundle, and one invocation, and reads its answer. All reach moto and a stub of Lambda over TLS, in another
process, and read as many certificates as botocore brings. Each round runs every function once; the medians are
compared. The CPU is user and system time of the whole process, from the start of Python to its end.

`--bundle` names a folder that `python -m infra.bundle` has laid out for this machine; without it, the bundle is built
with the Python of .venv-aws, which runs it. Without bytecode, a process compiles all that it imports, as on Lambda.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.cold_cloud import Cloud, cloud
from tests.fakes.aws import BUCKET, TABLE
from tests.fakes.first_events import PROGRAM, submission, undelivered
from tests.fakes.function_environment import function_environment

ROOT = Path(__file__).parents[1]
BUILDER = ROOT / ".venv-aws" / "bin" / "python"
BARE = "bare boto3"
_BARE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import boto3
payload = json.dumps(json.loads(sys.argv[3]))
answer = boto3.client("lambda").invoke(FunctionName=sys.argv[2], InvocationType="Event", Payload=payload)
answer["Payload"].read()
print(answer["StatusCode"])
"""
# What each function prints if it has done what it was asked for.
_DONE = {
    "parent": '"statusCode": 202',
    "dispatcher": '"outcome": "dispatched"',
    "worker": '"done"',
    "undelivered": '"batchItemFailures": []',
    BARE: "202",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, in seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Starts:
    """Starts processes from a bundle, which see an environment like Lambda's."""

    python: str
    bundle: Path
    servers: Cloud

    def of(self, function: str, client: str, event: object) -> Cost:
        """Run one process to its end and return its cost; exit if it does not do what it should."""
        program = _BARE if function == BARE else PROGRAM
        command = [self.python, "-I", "-B", "-c", program, str(self.bundle), function, json.dumps(event)]
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, env=self._environment(client), capture_output=True, text=True, check=False)
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode or _DONE[function] not in done.stdout:
            raise SystemExit(f"{function} failed: {done.stdout}{done.stderr}")
        return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)

    def _environment(self, client: str) -> dict[str, str]:
        set_by_all = function_environment(self.servers.aws, self.servers.functions, client, TABLE, BUCKET)
        return {**set_by_all, "AWS_CA_BUNDLE": str(self.servers.authorities)}


def one_round(starts: Starts, client: str) -> Iterator[tuple[str, Cost]]:
    """Yield the cost of each function; the payload that a parent sends is the next one's event."""
    yield "parent, two levels", starts.of("parent", client, submission(2))
    yield "dispatcher", starts.of("dispatcher", client, starts.servers.last_payload())
    yield "parent", starts.of("parent", client, submission(1))
    payload = starts.servers.last_payload()
    yield "worker", starts.of("worker", client, payload)
    yield "undelivered", starts.of("undelivered", client, undelivered(payload))
    yield BARE, starts.of(BARE, client, payload)


@contextmanager
def built(*, bytecode: bool) -> Iterator[Path]:
    """Build the worker's bundle, which has all handlers, and yield its folder."""
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    services = ("--service", "dynamodb", "--service", "lambda", "--service", "s3")
    with tempfile.TemporaryDirectory() as folder:
        options = ("--into", folder, "--architecture", machine, *services, "--target", "examples/projectile")
        command = (str(BUILDER), "-m", "infra.bundle", *options, *(["--bytecode"] if bytecode else []))
        subprocess.run(command, cwd=ROOT, check=True)
        yield Path(folder)


def measure(bundle: Path, clients: list[str], rounds: int) -> dict[tuple[str, str], list[Cost]]:
    """Return the costs by function and client; the first round is not counted."""
    of_builder = "import sys; print(sys._base_executable)"
    python = subprocess.run([BUILDER, "-c", of_builder], check=True, capture_output=True, text=True).stdout.strip()
    costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as folder,
        cloud(Path(folder), bundle / "botocore" / "cacert.pem") as servers,
    ):
        starts = Starts(python, bundle, servers)
        for number in range(rounds + 1):
            for client in clients:
                for function, cost in one_round(starts, client):
                    if number:
                        costs[function, "" if function == BARE else client].append(cost)
    return costs


def main() -> None:
    """Build a bundle, if none is named, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--client", action="append", choices=["curl", "boto3"])
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--no-bytecode", action="store_true")
    arguments = parser.parse_args()
    clients = arguments.client or ["curl", "boto3"]
    if arguments.bundle:
        costs = measure(arguments.bundle, clients, arguments.rounds)
    else:
        with built(bytecode=not arguments.no_bytecode) as bundle:
            costs = measure(bundle, clients, arguments.rounds)
    libraries = ", ".join(f"{name} {version(name)}" for name in ("boto3", "botocore", "pycurl", "pydantic"))
    print(f"Python 3.13 and {libraries}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    bare = statistics.median(one.cpu for one in costs[BARE, ""])
    print(f"{'':30}CPU    of bare      wall    ({arguments.rounds} rounds, medians)")
    for (function, client), many in sorted(costs.items(), key=lambda item: item[0][1]):
        cpu, wall = (statistics.median(values) for values in ([one.cpu for one in many], [one.wall for one in many]))
        print(f"{function:20}{client:8}{cpu * 1000:4.0f} ms    {cpu / bare:5.2f}   {wall * 1000:4.0f} ms")


if __name__ == "__main__":
    main()
