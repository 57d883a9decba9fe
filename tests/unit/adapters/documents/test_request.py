"""Requests (contract 1): any document is read as a request, or refused with a path and a message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.request import read_request
from application.documents.request import request_document
from domain.dispatch_order import DispatchOrder
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount
from domain.request import SweepRequest
from tests.fakes.documents import SECRET, anything, nearly
from tests.fakes.spaces import designs


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
    """`read_request` raises nothing but `InvalidSweep`, and its messages repeat no value of the document.

    Only a path may repeat a key. An accepted request can be encoded, and its points can be computed.
    """
    read = _read(document)
    if isinstance(read, InvalidSweep):
        assert read.problems
        assert all(problem.message and SECRET not in problem.message for problem in read.problems)
    else:
        json.dumps(request_document(read), allow_nan=False).encode()
        read.design.point(read.design.size - 1)


@given(
    designs(),
    st.sampled_from([DefaultSharding(), ShardCount(1), MaxPointsPerShard(3)]),
    st.sampled_from(DispatchOrder),
    st.sampled_from([None, "toy-000000000001"]),
)
def test_a_written_request_reads_back(design: Any, sharding: Any, order: DispatchOrder, extends: str | None) -> None:  # noqa: ANN401 - of any kind
    """A request that is written as JSON and read back is equal."""
    request = SweepRequest("toy", "toy:f", design, {"c": [1, {"d": None}]}, sharding, order, extends=extends)
    assert read_request(json.loads(json.dumps(request_document(request)))) == request


_PROBLEMS: dict[str, tuple[dict[str, Any], str, str]] = {
    "misspelt key": ({"shading": 1}, "shading", "is no known key; did you mean sharding?"),
    "unknown key": ({"wolf": 1}, "wolf", "is no known key; there are "),
    "unknown order": ({"dispatch": {"order": "random"}}, "dispatch.order", "must be 'plan' or 'spread'"),
    "order of a number": ({"dispatch": {"order": 1}}, "dispatch.order", "must be 'plan' or 'spread'"),
    "no order": ({"dispatch": {}}, "dispatch.order", "is missing"),
    "misspelt order": ({"dispatch": {"ordr": "plan"}}, "dispatch.ordr", "is no known key; did you mean order?"),
    "order without a key": ({"dispatch": "spread"}, "dispatch", "must be a mapping; its keys are order"),
    "extension of no id": ({"extends": "../lab"}, "extends", "is no id of a sweep; an id is a name, a hyphen and"),
    "extension of a number": ({"extends": 1}, "extends", "must be text in quotes"),
    "where of a number": ({"where": 1}, "where", "must be text in quotes"),
    "empty where": ({"where": ""}, "where", "is too short; at least 1 needed"),
    "blank where": ({"where": "  "}, "where", "is empty; write a comparison such as x < 10"),
    "long where": ({"where": "x < 1 and " * 100 + "x < 1"}, "where", "is too long; at most 1000 characters allowed"),
    "where of an unknown name": ({"where": "z < 1"}, "where", "'z' is no parameter and no constant; there are x"),
    "where of two kinds": ({"where": "x < 'a'"}, "where", "compares a number with text; compare values of one kind"),
    "where without a comparison": ({"where": "x"}, "where", "compare with something, such as x < 10"),
    "where that is too large": ({"where": "9**9**9 > x"}, "where", "an exponent that is not a whole number of -64..64"),
    "where with an inexact function": ({"where": "exp(x) > 1"}, "where", "machines differ in its last bit"),
    "no name": ({"name": None}, "name", "must be text"),
    "target of a number": ({"target": 5}, "target", "must be text"),
    "no level": ({"parameters": {"x": _linspace(num=0)}}, "parameters.x.linspace.num", "at least 1"),
    "num of a float": ({"parameters": {"x": _linspace(num=2.0)}}, "parameters.x.linspace.num", "whole"),
    "start of text": ({"parameters": {"x": _linspace(start="0")}}, "parameters.x.linspace.start", "a number"),
    "start of a boolean": ({"parameters": {"x": _linspace(start=True)}}, "parameters.x.linspace.start", "a number"),
    "two kinds of levels": (
        {"parameters": {"x": {"linspace": {}, "range": {}}}},
        "parameters.x.range",
        "cannot stand beside",
    ),
    "parameter of a number": ({"parameters": {"x": 3}}, "parameters.x", "write a list, such as [3] for 3"),
    "parameter of text": ({"parameters": {"x": "a"}}, "parameters.x", "write a list, such as [3] for 3"),
    "parameter of a boolean": ({"parameters": {"x": True}}, "parameters.x", "write a list, such as [3] for 3"),
    "parameter of null": ({"parameters": {"x": None}}, "parameters.x", "write a list, such as [3] for 3"),
    "values of a number": ({"parameters": {"x": {"values": 3}}}, "parameters.x.values", "write a list, such as [3]"),
    "parameter of nothing": (
        {"parameters": {"x": {}}},
        "parameters.x",
        "names no kind of levels; there are beta, choices, geomspace, ",
    ),
    "linspace of a list": (
        {"parameters": {"x": {"linspace": [0, 1, 2]}}},
        "parameters.x.linspace",
        "must be a mapping; its keys are start, stop, num",
    ),
    "linspace wider than a float": (
        {"parameters": {"x": _linspace(start=-1.7e308, stop=1.7e308)}},
        "parameters.x.linspace",
        "the span from start to stop is too large for a float",
    ),
    "unknown kind of levels": (
        {"parameters": {"x": {"cauchy": {"low": 0}}}},
        "parameters.x.cauchy",
        "is no known key; there are beta, choices, geomspace, integers, linspace, lognormal, ",
    ),
    "design of text": ({"design": "grid"}, "design", "must be a mapping; its keys are kind, zip"),
    "sharding of a number": (
        {"sharding": 5},
        "sharding",
        "must be a mapping; its keys are max_points_per_shard, shards",
    ),
    "points without a kind": ({"design": {"points": [{"x": 1}]}}, "design.kind", "is missing"),
    "nested value": ({"parameters": {"x": [[1]]}}, "parameters.x.0", "must be text, a number, true, false or null"),
    "integer above 64 bits": ({"parameters": {"x": [2**63]}}, "parameters.x.0", "beyond 64 bits"),
    "too many parameters": ({"parameters": {f"p{n}": [1] for n in range(65)}}, "parameters", "at most 64"),
    "no parameters": ({"parameters": None}, "parameters", "must be a mapping"),
    "misspelt design": ({"design": {"kind": "gird"}}, "design.kind", "must be one of its kinds: grid, points, "),
    "parameters beside points": (
        {"design": {"kind": "points", "points": [{"x": 1}]}},
        "parameters",
        "must be left out",
    ),
    "no shard": ({"sharding": {"shards": 0}}, "sharding.shards", "at least 1"),
    "two kinds of sharding": (
        {"sharding": {"shards": 2, "max_points_per_shard": 2}},
        "sharding.max_points_per_shard",
        "cannot stand",
    ),
    "empty sharding": ({"sharding": {}}, "sharding.max_points_per_shard", "is missing"),
    "NaN in constants": ({"constants": {"a": float("nan")}}, "constants.a", "finite"),
    "constant of a parameter's name": ({"constants": {"x": 1}}, "constants.x", "is also a parameter"),
}


@pytest.mark.parametrize(("changes", "path", "message"), _PROBLEMS.values(), ids=_PROBLEMS)
def test_the_problem_has_its_path_and_a_remedy(changes: dict[str, Any], path: str, message: str) -> None:
    """The path is that of the user's document, and the message says what would be valid."""
    problems = _problems(_request(**changes))
    assert path in problems, problems
    assert message in problems[path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"design": {"kind": "niederreiter"}}, "design.kind", id="design"),
        pytest.param({"design": {"kind": "niederreiter", "n": 8, "seed": 1}}, "design.kind", id="design with its keys"),
        pytest.param({"design": {"kind": "niederreiter", "zip": 5}}, "design.kind", id="design with a key of grid's"),
        pytest.param({"design": {"kind": None, "points": 5}}, "design.kind", id="design of null with a key of points'"),
        pytest.param({"design": {"knd": "points", "points": [{"x": 1}]}}, "design.knd", id="misspelt kind of design"),
        pytest.param({"parameters": {"x": {"kind": "linspace", "start": 0, "stop": 1}}}, "parameters.x", id="levels"),
        pytest.param({"parameters": {"x": {"sobol": 3, "seed": 1}}}, "parameters.x", id="levels of two keys"),
        pytest.param({"parameters": {"x": {"sobol": 3}}}, "parameters.x.sobol", id="levels of one key"),
        pytest.param({"sharding": {"kind": "even"}}, "sharding.kind", id="sharding"),
    ],
)
def test_of_an_unknown_kind_only_the_kind_is_reported(changes: dict[str, Any], path: str) -> None:
    """Which other keys belong there, only the kind could say: one problem, and none about keys of another kind."""
    assert list(_problems(_request(**changes))) == [path]


def test_all_problems_are_reported_at_once() -> None:
    """The error lists every problem of shape or meaning, each with its own path."""
    bad = {"linspace": {"start": 0, "stop": 1}}
    assert set(_problems(_request(name="-", parameters={"x": bad, "y": []}, extra=1))) == {
        "name",
        "parameters.x.linspace.num",
        "parameters.y",
        "extra",
    }
    geomspace = {"geomspace": {"start": -1, "stop": 1, "num": 3}}
    assert len(_problems(_request(parameters={"x": geomspace, "y": geomspace}))) == 2


def test_shape_and_meaning_raise_different_errors() -> None:
    """A document of the wrong shape raises `MalformedSweep`, and one of the wrong meaning only `InvalidSweep`."""
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
def test_at_most_100_problems_are_reported(changes: dict[str, Any]) -> None:
    """A large document with many errors reports at most 100, because the size of an answer is limited."""
    assert 1 <= len(_problems(_request(**changes))) <= 100
