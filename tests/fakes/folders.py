"""Folders with sweeps that have been run in the process of the test."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.sqlite_ledger import SqliteLedger
from application.execute_shard import ExecuteShard
from application.meter import Meter
from application.ports.target_loader import Target
from domain.dispatch_policy import no_deadline
from domain.sweep import Sweep
from tests.fakes.clock import HandClock
from tests.fakes.forks import NoForks
from tests.fakes.sweeps import task_of
from tests.fakes.target_loader import KnownTargets


def run_in(folder: Path, sweep: Sweep, target: Target, shards: Iterable[int] | None = None) -> Path:
    """Open a sweep of the target `toy:f` in a folder and execute its shards, and return the folder of its results."""
    results = DirectoryResultStore(folder)
    with closing(SqliteLedger(folder, HandClock())) as ledger:
        ledger.open(sweep)
        execute = ExecuteShard(ledger, results, KnownTargets(f=target), NoForks())
        for number in range(sweep.plan.shards) if shards is None else shards:
            execute(task_of(sweep, number), Meter(), no_deadline)
    return Path(results.location(sweep.id))
