"""The table of hand-picked bodies, put to the model and to the parent's reader."""

from __future__ import annotations

import json

import pytest

from adapters.api_gateway.proxy_event import read_event
from adapters.documents.request import read_request
from domain.errors import InvalidSweep, MalformedSweep
from tests.contract.bodies import ACCEPTED, BODIES, Body
from tests.contract.cloudformation import MODEL

LEAST = 60


def _names(body: Body) -> str:
    return body.about


def _model_accepts(body: Body) -> bool:
    """Judge as a strict reader of JSON with the shipped model does."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        document = json.loads(body.raw, parse_constant=refuse)
    except ValueError:
        return False
    return bool(MODEL.is_valid(document))


def _refusal(body: Body) -> InvalidSweep | None:
    try:
        read_request(read_event({"body": body.raw.decode()}).document())
    except InvalidSweep as error:
        return error
    return None


def test_table_is_long_and_tells_its_rows_apart() -> None:
    """At least 60 bodies, each with a title of its own."""
    assert len(BODIES) >= LEAST
    assert len({body.about for body in BODIES}) == len(BODIES)
    assert len({body.raw for body in BODIES}) >= len(BODIES) - 1


@pytest.mark.parametrize("body", BODIES, ids=_names)
def test_gateway_gives_the_verdict_of_the_table(body: Body) -> None:
    """The model refuses what the table says it refuses, and nothing that only the domain can judge."""
    assert _model_accepts(body) == (body.verdict != "gateway")


@pytest.mark.parametrize("body", ACCEPTED, ids=_names)
def test_parent_reads_what_is_accepted(body: Body) -> None:
    """A body that the table calls accepted is a request."""
    assert _refusal(body) is None


@pytest.mark.parametrize("body", BODIES[len(ACCEPTED) :], ids=_names)
def test_parent_refuses_with_the_place(body: Body) -> None:
    """What slips past the gateway meets a refusal here, at the named place; for sense it is 422."""
    error = _refusal(body)
    assert error is not None
    assert body.path in [problem.path for problem in error.problems], error
    assert body.verdict == "gateway" or not isinstance(error, MalformedSweep)
