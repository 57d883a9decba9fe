"""The gateway's model and the parent's reader agree with the table of bodies."""

from __future__ import annotations

import json

import pytest

from adapters.api_gateway.proxy_event import read_event
from adapters.documents.request import read_request
from domain.errors import InvalidSweep, MalformedSweep
from tests.contract.bodies import ACCEPTED, BODIES, Body
from tests.contract.cloudformation import MODEL

LEAST = 60


def _about(body: Body) -> str:
    return body.about


def _model_accepts(body: Body) -> bool:
    """Return whether a strict reader of JSON and then the shipped model accept a body."""

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


def test_the_table_is_long_and_without_duplicates() -> None:
    """The table has at least 60 bodies, each with a different title."""
    assert len(BODIES) >= LEAST
    assert len({body.about for body in BODIES}) == len(BODIES)
    assert len({body.raw for body in BODIES}) >= len(BODIES) - 1


@pytest.mark.parametrize("body", BODIES, ids=_about)
def test_the_model_agrees_with_the_table(body: Body) -> None:
    """The model refuses the bodies of the verdict `gateway`, and none of those that only the domain refuses."""
    assert _model_accepts(body) == (body.verdict != "gateway")


@pytest.mark.parametrize("body", ACCEPTED, ids=_about)
def test_the_parent_reads_accepted_bodies(body: Body) -> None:
    """The parent reads every body of the verdict `accepted`."""
    assert _refusal(body) is None


@pytest.mark.parametrize("body", BODIES[len(ACCEPTED) :], ids=_about)
def test_the_parent_refuses_and_names_the_path(body: Body) -> None:
    """The parent refuses every other body and names the path; the error of the domain's verdicts leads to 422."""
    error = _refusal(body)
    assert error is not None
    assert body.path in [problem.path for problem in error.problems], error
    assert body.verdict == "gateway" or not isinstance(error, MalformedSweep)
