"""The deployed API does what docs/openapi.json says, for requests that Schemathesis generates from it.

`make fuzz` sends more of them.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from domain.space.scalars import LARGEST_COUNT, Json
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.eventually import LIMIT
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.signed_session import signed_session
from tests.e2e.deployed.stacks import TRIAL

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
ROUTES = [(verb.upper(), path) for path, operations in DOCUMENT["paths"].items() for verb in operations]
REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "2025"))
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
]
# So many shards may a generated sweep have: a submission of thousands would take seconds.
MOST_SHARDS = "8"
SERVER_ERROR = 500


def closed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with answers that may have no further member: one would be undocumented."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for schema in copy["components"]["schemas"].values():
        if "properties" in schema:
            # Of an answer, the schema may not forbid what a later version adds.
            schema.setdefault("additionalProperties", False)
    return copy


def whole(part: Any) -> Any:  # noqa: ANN401 - any part of a body
    """Return a body whose whole numbers are written without a fraction.

    `1.0` is an integer in OpenAPI's draft of JSON Schema, and none in the gateway's.
    """
    if isinstance(part, dict):
        return {name: whole(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [whole(inner) for inner in part]
    return int(part) if isinstance(part, float) and part.is_integer() and abs(part) <= LARGEST_COUNT else part


SCHEMA = schemathesis.openapi.from_dict(closed(DOCUMENT))
# The session signs each request: what is generated in the place of a signature is of no use.
SCHEMA.config.generation.update(with_security_parameters=False)
# A valid request may be about an unknown sweep, or ask for what cannot be done; it is never malformed.
SCHEMA.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "404", "409", "422"]


def known_sweeps(cloud: Cloud) -> list[str]:
    """Make a sweep in each state that can last, and return their ids."""
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        ids = [submitted(cloud, x) for x in (1, "no number", 1, 1, 1)]
        for sweep_id in ids:
            recorder.wait_for(sweep_id, 2)
    done, with_errors, failed, cancelled, _ = ids
    for payload in (*recorder.payloads_of(done), *recorder.payloads_of(with_errors)):
        cloud.run("Worker", payload)
    for payload in recorder.payloads_of(failed):
        record = {"requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3}}
        body = json.dumps(record | {"requestPayload": payload})
        cloud.run("Undelivered", {"Records": [{"messageId": "1", "body": body}]})
    cloud.call("POST", f"/sweeps/{cancelled}/cancel")
    states = [cloud.describe(sweep_id)["state"] for sweep_id in ids]
    assert states == ["done", "done_with_errors", "failed", "cancelled", "running"]
    return ids


def submitted(cloud: Cloud, x: Json) -> str:
    """Submit a sweep of two shards, and return its id."""
    request = {"name": "known", "target": f"{TRIAL}:area", "parameters": {"x": [x], "y": [2, 3]}}
    return str(cloud.submit(request).document["sweep_id"])


def lines_about(cloud: Cloud, request_id: str) -> list[str]:
    """Return what the parent's log says of a request, as long as the emulator keeps it."""
    return [line for line in cloud.log("parent") if request_id in line]


@pytest.fixture(scope="module")
def known(cloud: Cloud) -> Iterator[list[str]]:
    """Yield ids of sweeps in every state; no worker runs what is dispatched then, and a sweep has few shards."""
    ids = known_sweeps(cloud)
    few = cloud.with_environment("Parent", SWEEP_MAX_SHARDS=MOST_SHARDS)
    with Recorder() as recorder, cloud.workers_at(recorder.url), few:
        yield ids


@pytest.fixture
def session(cloud: Cloud) -> Iterator[requests.Session]:
    """Yield a session that signs its requests."""
    with signed_session(cloud) as session:
        yield session


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda part: str(part).strip("/"))
def test_an_answer_is_as_the_document_says(
    cloud: Cloud, known: list[str], session: requests.Session, method: str, path: str
) -> None:
    """Of valid and of invalid requests none is answered 5xx, or outside of its schema, or accepted though invalid."""
    operation = SCHEMA[path][method]
    count = -(-REQUESTS // len(ROUTES))
    answered: Counter[int] = Counter()

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)), data=st.data())
    def ask(case: Case[Any], data: st.DataObject) -> None:
        # An invalid request keeps its id, which may be what is invalid.
        if "id" in case.path_parameters and case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.path_parameters["id"] = data.draw(st.sampled_from([case.path_parameters["id"], *known]))
        case.body = whole(case.body)
        response = case.call(base_url=cloud.api, session=session, verify=cloud.authority, timeout=LIMIT)
        answered[response.status_code] += 1
        assert response.status_code < SERVER_ERROR, lines_about(cloud, response.json()["request_id"])
        case.validate_response(response, checks=CHECKS)

    ask()
    print(f"{method} {path}: {answered.total()} requests, {dict(sorted(answered.items()))}")  # noqa: T201 - for make fuzz
    assert answered.total() >= count
