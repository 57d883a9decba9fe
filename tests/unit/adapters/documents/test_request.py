"""Contract 1 from a stranger: every document is a request or is refused with a place, and nothing else ever happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.request import read_request
from application.documents.request import request_document
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount
from domain.request import SweepRequest
from tests.fakes.documents import SECRET, anything, nearly
from tests.fakes.spaces import grids, point_lists


def _request(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a document
    return {"name": "toy", "target": "toy:f", "parameters": {"x": [1, 2, 3, 4]}} | changes


def _linspace(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any value
    return {"linspace": {"start": 0, "stop": 1, "num": 2} | changes}


def _problems(document: object) -> dict[str, str]:
    with pytest.raises(InvalidSweep) as caught:
        read_request(document)
    return {problem.path: problem.message for problem in caught.value.problems}


def _read(document: object) -> SweepRequest | InvalidSweep:
    try:
        return read_request(document)
    except InvalidSweep as error:
        return error


@settings(max_examples=400)
@given(anything | nearly)
def test_any_document_is_a_request_or_is_refused(document: object) -> None:
    """No other exception for any JSON document; every problem has a message that repeats no value.

    An answer may be seen by strangers: what was written stands in no message, and only a key may stand in its path.
    What is accepted can be written down and computed with.
    """
    read = _read(document)
    if isinstance(read, InvalidSweep):
        assert read.problems
        assert all(problem.message and SECRET not in problem.message for problem in read.problems)
    else:
        json.dumps(request_document(read), allow_nan=False).encode()
        read.design.point(read.design.size - 1)


@given(grids() | point_lists(), st.sampled_from([DefaultSharding(), ShardCount(1), MaxPointsPerShard(3)]))
def test_a_written_request_reads_back(design: Any, sharding: Any) -> None:  # noqa: ANN401 - of any kind
    """Reading what was written gives the same request, through JSON too."""
    request = SweepRequest("toy", "toy:f", design, {"c": [1, {"d": None}]}, sharding)
    assert read_request(json.loads(json.dumps(request_document(request)))) == request


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"shading": 1}, "shading", "is no known key; did you mean sharding?"),
        ({"wolf": 1}, "wolf", "is no known key; there are "),
        ({"name": None}, "name", "must be text"),
        ({"target": 5}, "target", "must be text"),
        ({"parameters": {"x": _linspace(num=0)}}, "parameters.x.linspace.num", "at least 1"),
        ({"parameters": {"x": _linspace(num=2.0)}}, "parameters.x.linspace.num", "whole"),
        ({"parameters": {"x": _linspace(start="0")}}, "parameters.x.linspace.start", "a number"),
        ({"parameters": {"x": _linspace(start=True)}}, "parameters.x.linspace.start", "a number"),
        ({"parameters": {"x": {"linspace": {}, "range": {}}}}, "parameters.x.range", "cannot stand beside"),
        ({"parameters": {"x": 5}}, "parameters.x", "must be a mapping"),
        ({"parameters": {"x": [[1]]}}, "parameters.x.0", "must be text, a number, true, false or null"),
        ({"parameters": {"x": [2**63]}}, "parameters.x.0", "beyond 64 bits"),
        ({"parameters": {f"p{n}": [1] for n in range(65)}}, "parameters", "at most 64"),
        ({"parameters": None}, "parameters", "must be a mapping"),
        ({"design": {"kind": "gird"}}, "design.kind", "must be one of its kinds: grid or points"),
        ({"design": {"kind": "points", "points": [{"x": 1}]}}, "parameters", "must be left out"),
        ({"sharding": {"shards": 0}}, "sharding.shards", "at least 1"),
        ({"sharding": {"shards": 2, "max_points_per_shard": 2}}, "sharding.max_points_per_shard", "cannot stand"),
        ({"sharding": {}}, "sharding.max_points_per_shard", "is missing"),
        ({"constants": {"a": float("nan")}}, "constants.a", "finite"),
        ({"constants": {"x": 1}}, "constants.x", "is also a parameter"),
    ],
    ids=str,
)  # fmt: skip
def test_the_problem_has_its_place_and_a_remedy(changes: dict[str, Any], path: str, message: str) -> None:
    """The path is the one that the user wrote, and the message says what would be right."""
    problems = _problems(_request(**changes))
    assert path in problems, problems
    assert message in problems[path]


def test_several_problems_are_told_at_once() -> None:
    """Each with its own place; those of the shape first."""
    bad = {"linspace": {"start": 0, "stop": 1}}
    assert set(_problems(_request(name="-", parameters={"x": bad, "y": []}, extra=1))) == {
        "name",
        "parameters.x.linspace.num",
        "parameters.y",
        "extra",
    }
    geomspace = {"geomspace": {"start": -1, "stop": 1, "num": 3}}
    assert len(_problems(_request(parameters={"x": geomspace, "y": geomspace}))) == 2


def test_the_shape_and_the_sense_are_told_apart() -> None:
    """A document of the wrong shape is malformed; one that makes no sense is only invalid."""
    with pytest.raises(MalformedSweep):
        read_request(_request(extra=1))
    with pytest.raises(InvalidSweep) as caught:
        read_request(_request(sharding={"shards": 5}))
    assert not isinstance(caught.value, MalformedSweep)


@pytest.mark.parametrize(
    "changes",
    [
        {f"k{number}": 1 for number in range(3000)},
        {"constants": {f"{number}": 1 for number in range(3000)}},
        {"parameters": {"x": [[]] * 100_000}},
        {"parameters": {"x": {"values": [{}] * 100_000}}},
        {"parameters": {}, "design": {"kind": "points", "points": [{"a b": []}] * 100_000}},
    ],
    ids=["keys", "constants", "list", "values", "points"],
)
def test_what_is_wrong_throughout_is_told_in_few_problems(changes: dict[str, Any]) -> None:
    """An answer has a size that the platform carries, whatever a large body is wrong in."""
    assert 1 <= len(_problems(_request(**changes))) <= 100
