"""docs/http-api.md keeps its word: its documents are what the API answers, and its tables leave nothing out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.api_gateway.problems import STATUS
from adapters.aws.s3_results import S3ResultLocation, s3_client
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline
from domain.plan import Shard
from domain.progress import State
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed, Sweep
from tests.contract.cloudformation import resources
from tests.fakes.api import ApiDesk, act_event, get_event, list_event
from tests.fakes.shard_invoker import RecordingInvoker

PAGE = (Path(__file__).parent.parent.parent / "docs" / "http-api.md").read_text(encoding="utf-8")
REGION = "eu-central-1"
KEY = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
# What the parent says beyond its table of errors: about the request as HTTP, and when nobody foresaw it.
OF_HTTP = {413, 415, 500}


def shown(name: str) -> Any:  # noqa: ANN401 - any JSON document
    """Return the page's document of a name."""
    (text,) = re.findall(rf"^```json {name}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return json.loads(text)


def first_cells(heading: str) -> set[str]:
    """Return the first column of the table with a heading."""
    (rows,) = re.findall(rf"^\| {heading} \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    return {row.split("|")[1].strip().strip("`") for row in rows.splitlines()}


class OnceThrottled(RecordingInvoker):
    """Finds shard 1 throttled the first time."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Yield an outcome for each."""
        yield from super().dispatch(sweep, shards, deadline)
        self.refused = {}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ApiDesk:
    """Return the API over ports in memory, in a region whose buckets have addresses of their own."""
    for name, value in {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **KEY}.items():
        monkeypatch.setenv(name, value)
    return ApiDesk(OnceThrottled({1: OutcomeKind.EXHAUSTED}), S3ResultLocation("sweep-results-1a2b3c", s3_client))


def test_a_sweep_goes_as_the_page_shows(desk: ApiDesk) -> None:
    """Submitted, sent once more with its key, asked for when a shard has failed, listed, and tried again."""
    headers = {"Idempotency-Key": "k"}
    assert desk.post(shown("request"), headers=headers) == (202, shown("accepted"))
    assert desk.post(shown("request"), headers=headers)[0] == 200
    sweep_id = shown("accepted")["sweep_id"]
    for shard in (0, 2):
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 1))
    desk.ledger.mark_failed(
        sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3)
    )
    assert desk.ask(get_event(sweep_id)) == (200, shown("status"))
    assert desk.ask(list_event()) == (200, shown("listing"))
    status, document = desk.ask(get_event(sweep_id, "/results"))
    assert (status, signed_away(document)) == (200, signed_away(shown("results")))
    status, document = desk.ask(act_event("retry", sweep_id))
    assert (status, document.keys(), document["sweep_id"]) == (202, shown("accepted").keys(), sweep_id)


def signed_away(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out of each link what makes it valid, which is different every second."""
    links = [{**link, "url": link["url"].partition("?")[0]} for link in document["results"]]
    assert all("?X-Amz-Algorithm=AWS4-HMAC-SHA256&" in link["url"] for link in document["results"])
    return {**document, "results": links}


def test_the_plan_is_as_the_page_shows(desk: ApiDesk) -> None:
    """Of the very same request."""
    assert desk.post(shown("request"), queryStringParameters={"dry_run": "true"}) == (200, shown("plan"))


def test_an_error_is_as_the_page_shows(desk: ApiDesk) -> None:
    """A geomspace that starts at zero."""
    request = shown("request")
    request["parameters"]["angle"] = {"geomspace": {"start": 0, "stop": 1, "num": 3}}
    context = {"requestId": shown("problem")["request_id"]}
    assert desk.post(request, requestContext=context) == (422, shown("problem"))


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


def test_every_route_has_a_heading() -> None:
    """The methods of the template, at their paths, and no others."""
    paths = {"SweepsResource": "/sweeps", "SweepResource": "/sweeps/{id}"}
    paths |= {"ResultsResource": "/sweeps/{id}/results"}
    paths |= {"RetryResource": "/sweeps/{id}/retry", "CancelResource": "/sweeps/{id}/cancel"}
    methods = [method["Properties"] for method in resources("AWS::ApiGateway::Method").values()]
    routes = {f"{method['HttpMethod']} {paths[method['ResourceId']['Ref']]}" for method in methods}
    assert set(re.findall(r"^## `(.*)`$", PAGE, re.MULTILINE)) == routes
