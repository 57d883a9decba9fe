"""What every route takes at 10^4, 10^5 and 10^6 shards: time, memory, units. Run: python -m benchmarks.ledger.

A server in another process answers in the place of DynamoDB. The use cases, the ledger and botocore are the real ones,
each route in a process of its own.
"""

from __future__ import annotations

import math
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import boto3
from botocore.config import Config

from adapters.aws.dynamodb_boto import DynamoDbBoto
from adapters.aws.dynamodb_items import PARTITIONS
from adapters.aws.dynamodb_ledger import DynamoDbLedger
from adapters.aws.s3_results import S3ResultLocation
from adapters.machine.clock import SystemClock
from application.cancel_sweep import CancelSweep
from application.describe_sweep import DescribeSweep
from application.dispatch_shards import DispatchShards
from application.list_failures import ListFailures
from application.list_results import ListResults
from application.list_sweeps import ListSweeps
from application.retry_sweep import RetrySweep
from application.survey import Survey
from benchmarks.prepared_table import Condition, PreparedTable
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import no_deadline
from tests.fakes.capacity import Capacity
from tests.fakes.id_source import CountingIds
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of

SIZES = (10_000, 100_000, 1_000_000)
LATENCY = 0.01
ROUNDS = 3
# One shard in so many failed, and one in so many has errors.
SELDOM = 100
MEGABYTE = 1_000_000


def routes(ledger: DynamoDbLedger, sweep_id: str) -> dict[str, Callable[[], object]]:
    """Return what each route of the API calls."""
    survey = Survey(SystemClock(), math.inf)
    results = S3ResultLocation("results", cache(lambda: boto3.client("s3", region_name="us-east-1")))
    describe = DescribeSweep(ledger, results, survey)
    # Defers every shard, as at a deadline: what is left is what a retry reads and writes beside dispatching.
    late = RecordingInvoker(dict.fromkeys(range(SIZES[-1]), OutcomeKind.DEFERRED))
    dispatch = DispatchShards(ledger, late, survey)
    return {
        "status": lambda: describe(sweep_id, no_deadline),
        "failures, 100 shards": lambda: ListFailures(ledger, survey)(sweep_id, 100, None, no_deadline),
        "results, 1,000 links": lambda: ListResults(ledger, results)(sweep_id, 1000, None, no_deadline),
        "list, 20 sweeps": lambda: ListSweeps(ledger)(20, None, no_deadline),
        "cancel": lambda: CancelSweep(ledger, describe)(sweep_id, no_deadline),
        "retry, out of time": lambda: RetrySweep(ledger, dispatch, CountingIds())(sweep_id, no_deadline),
    }


def measure(url: str, sweep_id: str, route: str, answer: Connection) -> None:
    """Call one route, and send its seconds, processor seconds, memory and units; the process does nothing else."""
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    session = boto3.Session("test", "test", region_name="us-east-1")
    client = session.client("dynamodb", endpoint_url=url, config=config)
    ledger = DynamoDbLedger(DynamoDbBoto(client), "ledger", SystemClock(), 30)
    ledger.heads(1)  # connects
    call = routes(ledger, sweep_id)[route]
    started, busy = time.perf_counter(), time.process_time()
    call()
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    peak = peak_memory()
    # To count the units of writes takes further calls, and so a run of its own.
    capacity = Capacity(client)
    call()
    answer.send((seconds, processor, peak, capacity.reads, capacity.writes))


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB, by proc_pid_status(5)."""
    # getrusage counts what the parent held before it started this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MEGABYTE


def print_routes(shards: int, condition: Condition) -> None:
    """Print a line for each route of a sweep of so many shards."""
    spawn = multiprocessing.get_context("spawn")
    sweep = sweep_of(shards, shards)
    with PreparedTable(sweep, condition) as table:
        ledger = DynamoDbLedger(DynamoDbBoto(boto3.client("dynamodb", region_name="us-east-1")), "", SystemClock(), 1)
        for route in routes(ledger, sweep.id):
            rows = []
            for _ in range(ROUNDS):
                here, there = spawn.Pipe()
                process = spawn.Process(target=measure, args=(table.url, sweep.id, route, there))
                process.start()
                there.close()
                rows.append(here.recv())
                process.join()
            medians = [statistics.median(column) for column in zip(*rows, strict=True)]
            numbers = "{:>9.2f}{:>8.2f}{:>7.0f}{:>12,.1f}{:>13,}".format(*medians)
            print(f"{shards:>9,}  {condition:<16}{route:<22}{numbers}", flush=True)


def main() -> None:
    """Print a line for each route and size, and at the largest size for each condition."""
    print(f"Python {sys.version.split()[0]}, boto3 {boto3.__version__}, {PARTITIONS} partitions, median of {ROUNDS}")
    head = f"{'seconds':>9}{'CPU':>8}{'MB':>7}{'read units':>12}{'write units':>13}"
    print(f"{'shards':>9}  {'condition':<16}{'route':<22}{head}")
    for shards in SIZES:
        print_routes(shards, Condition.MIXED)
    for condition in (Condition.FAILED, Condition.ERRORS, Condition.RUNNING):
        print_routes(SIZES[-1], condition)


if __name__ == "__main__":
    main()
