"""The gateway refuses bad bodies without invoking the parent, as the parent's log shows."""

from __future__ import annotations

import pytest

from tests.contract.bodies import REFUSED_BY_THE_GATEWAY, Body
from tests.e2e.deployed.api import JSON
from tests.e2e.deployed.cloud import Cloud

# AWS refuses these words, which are not JSON. The emulator's gateway accepts them, and the parent refuses them.
NOT_JSON_TO_ALL = (b"NaN", b"Infinity")
BODIES = [body for body in REFUSED_BY_THE_GATEWAY if not any(word in body.raw for word in NOT_JSON_TO_ALL)]
CONTENT_TYPES = [
    JSON,
    "application/json; charset=utf-8",
    "application/problem+json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "text/plain",
    None,
]


def test_there_are_enough_bad_bodies() -> None:
    """There are at least forty different bad bodies."""
    assert len({body.raw for body in BODIES}) >= 40


@pytest.mark.parametrize("content_type", CONTENT_TYPES, ids=lambda content_type: content_type or "no content type")
def test_a_malformed_or_incomplete_body_is_refused_and_the_parent_is_not_invoked(
    cloud: Cloud, content_type: str | None
) -> None:
    """Each bad body gets 400 with a problem document, and the parent's log has one more request: the valid one."""
    headers = {"Content-Type": content_type} if content_type else {}
    before = cloud.invocations("parent")
    for body in BODIES:
        answer = cloud.call("POST", "/sweeps", body.raw, headers)
        assert answer.status == 400, f"{body.about}: {answer.body!r}"
        assert answer.problem["errors"], body.about
    assert cloud.invocations("parent") == before
    assert cloud.call("GET", "/sweeps/absent-000000000000").status == 404
    assert cloud.invocations("parent") == before + 1


@pytest.mark.parametrize(
    "body", [body for body in REFUSED_BY_THE_GATEWAY if body not in BODIES], ids=lambda body: body.about
)
def test_the_parent_refuses_what_a_lenient_gateway_accepts(cloud: Cloud, body: Body) -> None:
    """The parent answers 400 with a problem document and records no sweep."""
    items = cloud.items()
    answer = cloud.call("POST", "/sweeps", body.raw, {"Content-Type": JSON})
    assert answer.problem["status"] == 400
    assert cloud.items() == items
