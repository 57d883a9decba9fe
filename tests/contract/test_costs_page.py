"""docs/costs.md: its table is the one that the units make, and the units are those that a sweep takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.aws.dynamodb_boto import DynamoDbBoto
from adapters.aws.dynamodb_ledger import DynamoDbLedger
from application.dispatch_shards import DispatchShards
from application.execute_shard import ExecuteShard
from application.meter import Meter
from application.plan_sweep import PlanSweep
from application.submit_sweep import SubmitSweep
from application.survey import Survey
from benchmarks.costs import READS_A_BLOCK, READS_A_SHARD, WRITES_A_BLOCK, WRITES_A_SHARD, table, total
from domain.dispatch_policy import no_deadline
from domain.limits import Limits
from tests.fakes.aws import TABLE, dynamodb, make_table, moto_server
from tests.fakes.capacity import Capacity
from tests.fakes.clock import HandClock
from tests.fakes.forks import NoForks
from tests.fakes.id_source import CountingIds
from tests.fakes.result_store import MemoryResults
from tests.fakes.shard_invoker import RecordingInvoker
from tests.fakes.sweeps import sweep_of, task_of
from tests.fakes.target_loader import KnownTargets

pytestmark = pytest.mark.one_python
PAGE = Path(__file__).parents[2] / "docs" / "costs.md"
SHARDS, BLOCKS = 130, 2


def test_the_page_has_the_table() -> None:
    """The numbers of the page are those of `benchmarks.costs`."""
    assert "\n".join(table()) in PAGE.read_text(encoding="utf-8")


def test_a_million_shards_cost_at_most_one_dollar() -> None:
    """Everything but the workers' time and the PUTs of result objects."""
    assert total(1_000_000) <= 1.00


def test_a_sweep_takes_the_units_that_the_page_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Submitted and executed over a table, 130 shards in two blocks take these units, and a few for the sweep."""
    clock = HandClock()
    with moto_server() as endpoint:
        client = dynamodb(endpoint)
        make_table(client, TABLE)
        ledger = DynamoDbLedger(DynamoDbBoto(client), TABLE, clock, retention_days=1)
        dispatch = DispatchShards(ledger, RecordingInvoker(), Survey(clock, 1000.0))
        submit = SubmitSweep(PlanSweep(Limits(1000, 1_000_000)), ledger, dispatch, clock, CountingIds())
        opening = Capacity(client)
        sweep = submit(sweep_of(2 * SHARDS, SHARDS).request, "key", no_deadline).sweep
        assert opening.writes - BLOCKS * WRITES_A_BLOCK == 3  # the key, the request, the sweep's own item
        assert opening.calls["BatchGetItem"] == BLOCKS * READS_A_BLOCK
        execute = ExecuteShard(ledger, MemoryResults(), KnownTargets(f=lambda x: x), NoForks())
        working = Capacity(client)
        for number in range(SHARDS):
            execute(task_of(sweep, number), Meter(), no_deadline)
    assert working.writes == SHARDS * WRITES_A_SHARD
    assert working.reads == SHARDS * READS_A_SHARD
    assert working.calls == {"BatchGetItem": SHARDS, "UpdateItem": SHARDS}
    assert capsys.readouterr().out == ""
