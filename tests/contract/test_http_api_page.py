"""docs/http-api.md keeps its word: its documents are what the API answers, and its tables leave nothing out."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.http_api import HttpApi
from adapters.http_problem import STATUS
from adapters.json_log import JsonLog
from adapters.s3_results import S3ResultLocation
from application.describe_sweep import DescribeSweep
from application.submit_sweep import SubmitSweep
from domain.limits import Limits
from domain.plan import Shard
from domain.progress import State
from domain.sweep import Outcome, OutcomeKind, ShardDone, ShardFailed, Sweep
from tests.contract.cloudformation import resources
from tests.unit.application.in_memory import CountingIds, MemoryLedger, StandingClock

PAGE = (Path(__file__).parent.parent.parent / "docs" / "http-api.md").read_text(encoding="utf-8")
# What the parent says beyond its table of errors: about the request as HTTP, and when nobody foresaw it.
OF_HTTP = {413, 415, 500}


def shown(name: str) -> Any:  # noqa: ANN401 - any JSON document
    """Give the page's document of a name."""
    (text,) = re.findall(rf"^```json {name}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return json.loads(text)


def first_cells(heading: str) -> set[str]:
    """Give the first column of the table with a heading."""
    (rows,) = re.findall(rf"^\| {heading} \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    return {row.split("|")[1].strip().strip("`") for row in rows.splitlines()}


class OnceThrottled:
    """A `ShardInvoker` that finds shard 1 throttled the first time."""

    def __init__(self) -> None:
        """Be throttled."""
        self.throttled = {1}

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard]) -> Iterator[Outcome]:
        """Give an outcome for each."""
        for shard in shards:
            if shard.number in self.throttled:
                self.throttled.remove(shard.number)
                yield Outcome(shard.number, OutcomeKind.EXHAUSTED, "TooManyRequestsException", 6)
            else:
                yield Outcome(shard.number, OutcomeKind.ACCEPTED, f"request-{sweep.id}-{shard.number}")


@pytest.fixture
def ledger() -> MemoryLedger:
    """Give an empty ledger."""
    return MemoryLedger(StandingClock())


@pytest.fixture
def api(ledger: MemoryLedger) -> HttpApi:
    """Give the API over it."""
    limits = Limits(100, 1_000_000, frozenset({"toy:f"}), "toy:f")
    submit = SubmitSweep(ledger, OnceThrottled(), StandingClock(), CountingIds(), limits)
    describe = DescribeSweep(ledger, S3ResultLocation("sweep-results-1a2b3c"))
    return HttpApi(submit, describe, JsonLog("INFO", "parent", io.StringIO()))


def post(api: HttpApi, document: object, **more: object) -> tuple[int, Any]:
    """Post a document."""
    event = {"httpMethod": "POST", "resource": "/sweeps", "body": json.dumps(document), **more}
    return answered(api(event))


def answered(answer: dict[str, Any]) -> tuple[int, Any]:
    """Give the status and the document of an answer."""
    return answer["statusCode"], json.loads(answer["body"])


def test_a_sweep_goes_as_the_page_shows(api: HttpApi, ledger: MemoryLedger) -> None:
    """Submitted, sent once more with its key, and asked for when two shards are done and one has failed."""
    headers = {"headers": {"Idempotency-Key": "k"}}
    assert post(api, shown("request"), **headers) == (202, shown("accepted"))
    assert post(api, shown("request"), **headers)[0] == 200
    sweep_id = shown("accepted")["sweep_id"]
    for shard in (0, 2):
        ledger.mark_done(sweep_id, ShardDone(shard, 1))
    ledger.mark_failed(sweep_id, ShardFailed(1, "RetriesExhausted", "Task timed out after 300.00 seconds", 3))
    event = {"httpMethod": "GET", "resource": "/sweeps/{id}", "pathParameters": {"id": sweep_id}}
    assert answered(api(event)) == (200, shown("status"))


def test_the_plan_is_as_the_page_shows(api: HttpApi) -> None:
    """Of the very same request."""
    assert post(api, shown("request"), queryStringParameters={"dry_run": "true"}) == (200, shown("plan"))


def test_an_error_is_as_the_page_shows(api: HttpApi) -> None:
    """A geomspace that starts at zero."""
    request = shown("request")
    request["parameters"]["angle"] = {"geomspace": {"start": 0, "stop": 1, "num": 3}}
    context = {"requestId": shown("problem")["request_id"]}
    assert post(api, request, requestContext=context) == (422, shown("problem"))


def test_every_status_of_an_error_is_in_the_table() -> None:
    """Those of the gateway, those of the errors that were foreseen, and no others."""
    gateways = {
        found["Properties"].get("StatusCode") for found in resources("AWS::ApiGateway::GatewayResponse").values()
    }
    expected = {int(status) for status in gateways if status} | {status for _, status in STATUS} | OF_HTTP
    assert {int(cell) for cell in first_cells("status")} == expected


def test_every_state_and_every_outcome_is_in_its_table() -> None:
    """Each kind that the domain knows, and what waits."""
    assert first_cells("`state`") == set(State)
    assert first_cells("outcome") == {*OutcomeKind, "waiting"}
