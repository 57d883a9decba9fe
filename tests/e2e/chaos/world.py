"""One deployment on this machine, and the weather in it: functions, Lambda, and what stands for DynamoDB and S3."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from tests.contract.cloudformation import REGION
from tests.e2e.chaos.fleet import Fleet
from tests.e2e.chaos.lambda_server import LambdaServer
from tests.e2e.chaos.script import Script
from tests.e2e.chaos.store_server import serve
from tests.e2e.chaos.targets import STORM
from tests.e2e.chaos.warm import FORKS, Workshop
from tests.fakes.aws import make_table
from tests.fakes.functions import FUNCTIONS, LEDGER, RESULTS

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# Longer than a shard can live, and than a claim lasts, in seconds.
_JUMP = 6000.0


@dataclass(frozen=True, slots=True)
class World:
    """A running deployment. `table` and `bucket` are clients that meet with no fault."""

    fleet: Fleet
    server: LambdaServer
    store: Connection
    table: DynamoDBClient
    bucket: S3Client
    storm: Path
    folder: Path

    def set(self, script: Script | None) -> None:
        """Begin the storm of a script, or end it."""
        self.fleet.set(script)
        self.server.set(script)
        self.store.send(("script", script))
        self.store.recv()
        if script:
            self.storm.touch()
        else:
            self.storm.unlink(missing_ok=True)

    def jump(self) -> None:
        """Let so much time pass for all functions that what was lost is overdue, and no claim is left."""
        self.fleet.jump += _JUMP

    def counts(self) -> Counter[str]:
        """Return how often each fault has occurred, and all else that is counted."""
        self.store.send(("counts", None))
        found: Counter[str] = self.store.recv()
        return found + self.fleet.counts

    def logged_errors(self) -> list[str]:
        """Return what functions have logged as an unexpected error."""
        lines = [line for log in self.folder.glob("*.log") for line in log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if _is_surprise(line)]


def _is_surprise(line: str) -> bool:
    """Return whether a line of a log is an error that is no failure of AWS. A killed process may leave half a line."""
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return bool(found.get("level") == "ERROR" and found.get("error") != "DependencyUnavailable")


@contextmanager
def world(script: Script, folder: Path) -> Iterator[World]:
    """Run a deployment, calm at first; the script says how its clocks differ."""
    with ExitStack() as stack:
        here, there = FORKS.Pipe()
        addresses: dict[str, str] = {STORM: str(folder / "storm"), "AWS_EC2_METADATA_DISABLED": "true"}
        fleet = Fleet(FUNCTIONS, Workshop(addresses, folder, script))
        process = FORKS.Process(target=serve, args=(there,), daemon=True)
        process.start()
        there.close()
        stack.callback(process.join)
        stack.callback(here.close)
        addresses["AWS_ENDPOINT_URL"] = url = here.recv()
        server = stack.enter_context(LambdaServer(fleet))
        addresses["AWS_ENDPOINT_URL_LAMBDA"] = server.url
        session = boto3.Session("audit", "audit", region_name=REGION)
        table, bucket = session.client("dynamodb", endpoint_url=url), session.client("s3", endpoint_url=url)
        make_table(table, LEDGER)
        bucket.create_bucket(Bucket=RESULTS)
        stack.enter_context(fleet)
        yield World(fleet, server, here, table, bucket, folder / "storm", folder)
