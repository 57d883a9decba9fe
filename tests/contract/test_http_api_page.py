"""docs/http-api.md is true: its documents are the answers of the API, and its tables are complete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.api_gateway.problems import STATUS
from adapters.aws.s3_boto import S3Boto, s3_client
from adapters.aws.s3_results import S3ResultLocation
from adapters.aws.s3_table_links import S3TableLinks
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline
from domain.plan import Shard
from domain.progress import State
from domain.reasons import Reason
from domain.shard_map import LETTERS
from domain.sweep import ErrorKind, PointError, ShardDone, ShardFailed, Sweep
from tests.contract.cloudformation import resources
from tests.fakes.api import ApiDesk, act_event, get_event, list_event, table_event
from tests.fakes.shard_invoker import RecordingInvoker

PAGE = (Path(__file__).parent.parent.parent / "docs" / "http-api.md").read_text(encoding="utf-8")
REGION = "eu-central-1"
KEY = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
# The statuses that the parent answers beyond its table of errors: for bad HTTP and for unexpected errors.
OF_HTTP = {413, 415, 500}


def shown(name: str) -> Any:  # noqa: ANN401 - any JSON document
    """Return the page's JSON document of a name."""
    (text,) = re.findall(rf"^```json {name}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return json.loads(text)


def first_cells(heading: str) -> set[str]:
    """Return the first column of the table whose first heading is this."""
    (rows,) = re.findall(rf"^\| {heading} \|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)
    return {row.split("|")[1].strip().strip("`") for row in rows.splitlines()}


class OnceThrottled(RecordingInvoker):
    """Refuses the given shards in its first dispatch and accepts all in the next."""

    def dispatch(self, sweep: Sweep, shards: Iterable[Shard], deadline: Deadline) -> Iterator[Outcome]:
        """Yield an outcome for each shard."""
        yield from super().dispatch(sweep, shards, deadline)
        self.refused = {}


class Listed(S3TableLinks):
    """A bucket that has the first two chunks of every table."""

    def __init__(self) -> None:
        """Sign links as the parent does; nothing is sent to S3."""
        super().__init__(S3Boto(s3_client()), "sweep-results-1a2b3c", s3_client)

    def stored(self, digest: str, after: int | None, limit: int) -> Sequence[int]:
        """Return 0 and 1."""
        return [number for number in (0, 1) if after is None or number > after][:limit]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ApiDesk:
    """Return the API over ports in memory, in a region with its own S3 endpoint."""
    for name, value in {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **KEY}.items():
        monkeypatch.setenv(name, value)
    location = S3ResultLocation("sweep-results-1a2b3c", s3_client)
    return ApiDesk(OnceThrottled({1: OutcomeKind.EXHAUSTED}), location, tables=Listed())


def test_the_answers_about_a_sweep_are_as_the_page_shows(desk: ApiDesk) -> None:
    """The page shows the answers to a submission and a replay, to every question about a sweep, and to a retry."""
    headers = {"Idempotency-Key": "k"}
    assert desk.post(shown("request"), headers=headers) == (202, shown("accepted"))
    assert desk.post(shown("request"), headers=headers)[0] == 200
    sweep_id = shown("accepted")["sweep_id"]
    desk.ledger.mark_done(sweep_id, ShardDone(0, 1))
    desk.ledger.mark_failed(
        sweep_id, ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3)
    )
    error = PointError(2, "ValueError", "the shot has no range", ("projectile/flight.py:61 simulate",))
    desk.ledger.mark_done(sweep_id, ShardDone(2, 0, 1, (ErrorKind(error, 1),)))
    assert desk.ask(get_event(sweep_id)) == (200, shown("status"))
    assert desk.ask(get_event(sweep_id, "/failures")) == (200, shown("failures"))
    assert desk.ask(get_event(sweep_id, "/progress")) == (200, shown("progress"))
    assert desk.ask(get_event(sweep_id, "/request")) == (200, shown("recalled"))
    assert desk.ask(list_event()) == (200, shown("listing"))
    status, document = desk.ask(get_event(sweep_id, "/results"))
    assert (status, without_signatures(document)) == (200, without_signatures(shown("results")))
    status, document = desk.ask(act_event("retry", sweep_id))
    assert (status, document.keys(), document["sweep_id"]) == (202, shown("accepted").keys(), sweep_id)
    status, document = desk.ask(act_event("cancel", sweep_id))
    assert (status, document.keys() - {"stopped"}, document["stopped"]) == (200, shown("status").keys(), True)


def test_a_status_that_names_running_shards_is_as_the_page_says(desk: ApiDesk) -> None:
    """The page shows how `oldest_running` names a shard."""
    sweep_id = desk.post(shown("request"))[1]["sweep_id"]
    (running, *_) = desk.ask(get_event(sweep_id))[1]["oldest_running"]
    assert f"`{json.dumps(running)}`" in PAGE


def without_signatures(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose links have no signatures, which change every second."""
    (member,) = {"results", "uploads", "chunks"} & document.keys()
    links = [{**link, "url": link["url"].partition("?")[0]} for link in document[member]]
    assert all("?X-Amz-Algorithm=AWS4-HMAC-SHA256&" in link["url"] for link in document[member])
    return {**document, member: links}


def test_the_answers_about_a_table_are_as_the_page_shows(desk: ApiDesk) -> None:
    """The page shows what a client asks and gets for a table of three chunks, of which two are stored."""
    (digest,) = set(re.findall(r"/tables/([0-9a-f]{64})/", PAGE))
    for event, name in (
        (table_event("POST", digest, shown("upload")), "uploads"),
        (table_event("GET", digest), "table"),
    ):
        status, document = desk.ask(event)
        assert (status, without_signatures(document)) == (200, without_signatures(shown(name)))


def test_the_plan_is_as_the_page_shows(desk: ApiDesk) -> None:
    """The page shows the plan of its request."""
    assert desk.post(shown("request"), queryStringParameters={"dry_run": "true"}) == (200, shown("plan"))


def test_an_error_is_as_the_page_shows(desk: ApiDesk) -> None:
    """The page shows the problem of a geomspace that starts at zero."""
    request = shown("request")
    request["parameters"]["angle"] = {"geomspace": {"start": 0, "stop": 1, "num": 3}}
    context = {"requestId": shown("problem")["request_id"]}
    assert desk.post(request, requestContext=context) == (422, shown("problem"))


def test_every_status_of_an_error_is_in_the_table() -> None:
    """The table has the statuses of the gateway and of the parent, and no others."""
    gateways = {
        found["Properties"].get("StatusCode") for found in resources("AWS::ApiGateway::GatewayResponse").values()
    }
    expected = {int(status) for status in gateways if status} | {status for _, status in STATUS} | OF_HTTP
    assert {int(cell) for cell in first_cells("status")} == expected


def test_every_state_and_every_outcome_is_in_its_table() -> None:
    """The tables have each state and each kind of outcome of the domain, and `waiting`, and each letter of a map."""
    assert first_cells("`state`") == set(State)
    assert first_cells("outcome") == {*OutcomeKind, "waiting"}
    assert first_cells("letter") == set(LETTERS)


def test_every_route_has_a_heading() -> None:
    """The page has a heading for each method of the template at its path, and no others."""
    paths = {"SweepsResource": "/sweeps", "SweepResource": "/sweeps/{id}"}
    paths |= {"ResultsResource": "/sweeps/{id}/results", "FailuresResource": "/sweeps/{id}/failures"}
    paths |= {"RequestResource": "/sweeps/{id}/request", "ProgressResource": "/sweeps/{id}/progress"}
    paths |= {"RetryResource": "/sweeps/{id}/retry", "CancelResource": "/sweeps/{id}/cancel"}
    paths |= {"TableResource": "/tables/{digest}"}
    methods = [method["Properties"] for method in resources("AWS::ApiGateway::Method").values()]
    routes = {f"{method['HttpMethod']} {paths[method['ResourceId']['Ref']]}" for method in methods}
    assert set(re.findall(r"^## `(.*)`$", PAGE, re.MULTILINE)) == routes
