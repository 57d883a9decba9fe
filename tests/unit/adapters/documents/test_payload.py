"""Payloads (contract 3): a worker reads what was written, and refuses any other document."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads
from application.documents.request import request_digest
from domain.designs.design import Design
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.sweep import Sweep
from domain.task import ShardTask
from tests.fakes.documents import anything
from tests.fakes.spaces import designs
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_PAYLOAD: dict[str, Any] = json.loads(Payloads(_SWEEP).of(_SWEEP.plan.shard(2)))
_RETRIED: dict[str, Any] = json.loads(Payloads(_SWEEP).of(replace(_SWEEP.plan.shard(2), generation=3)))
_PLACE = {"number": 2, "start": 24, "stop": 36}


def _read(document: object) -> ShardTask | InvalidSweep:
    try:
        return read_payload(document)
    except InvalidSweep as error:
        return error


@given(designs(), st.data())
def test_a_worker_reads_the_points_of_its_shard(design: Design, data: st.DataObject) -> None:
    """The payload of a shard decodes to its generation, the constants, and the points of the shard at their indices."""
    constants: dict[str, Any] = {"deep": {"list": [1, 2.5, None]}}
    shards = data.draw(st.integers(1, design.size))
    request = SweepRequest("toy", "toy:f", design, constants, ShardCount(shards))
    sweep = Sweep("toy-000000000001", "key", request_digest(request), request, 0.0)
    generation = data.draw(st.integers(0, 3))
    for planned in sweep.plan:
        shard = replace(planned, generation=generation)
        task = read_payload(json.loads(Payloads(sweep).of(shard)))
        assert (task.sweep_id, task.shard, task.constants, task.target) == (sweep.id, shard, constants, "toy:f")
        for index in range(shard.start, shard.stop):
            assert task.design.point(index - task.first) == design.point(index)


@settings(max_examples=300)
@given(st.data())
def test_any_other_document_is_refused(data: st.DataObject) -> None:
    """For any value of any member, `read_payload` returns a task or raises `InvalidSweep`."""
    payload = data.draw(st.sampled_from([_PAYLOAD, _RETRIED]))
    part = data.draw(st.sampled_from([*payload, "another"]))
    read = _read(payload | {part: data.draw(anything)})
    assert isinstance(read, ShardTask) or read.problems


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param("text", id="text"),
        pytest.param({}, id="no version"),
        pytest.param({"version": 4}, id="version 4"),
        pytest.param({"version": True}, id="true"),
        pytest.param({"version": "1"}, id="a version of text"),
        pytest.param(_PAYLOAD | {"version": 0}, id="version 0"),
    ],
)
def test_another_version_is_refused_first(document: object) -> None:
    """The version is checked before any other member, so the error of a newer payload is about its version."""
    with pytest.raises(MalformedSweep, match="version: is not 1, 2 or 3, the only ones that this worker understands"):
        read_payload(document)


@pytest.mark.parametrize(
    ("payload", "shard"),
    [
        pytest.param(_PAYLOAD, _PLACE | {"generation": 1}, id="version 1 with a generation"),
        pytest.param(_RETRIED, _PLACE, id="version 2 without one"),
        *(
            pytest.param(_RETRIED, _PLACE | {"generation": generation}, id=f"version 2 with {generation!r}")
            for generation in (0, -1, True, 1.0, "1", None)
        ),
    ],
)
def test_version_1_has_no_generation_and_version_2_has_one(payload: dict[str, Any], shard: dict[str, Any]) -> None:
    """The first run of a shard has no generation; that of a further run is a whole number of at least 1."""
    read = _read(payload | {"shard": shard})
    assert isinstance(read, MalformedSweep)
    assert [problem.path for problem in read.problems] == ["shard.generation"]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        pytest.param(0, 0, id="empty"),
        pytest.param(3, 2, id="reversed"),
        pytest.param(0, 73, id="stop beyond the end"),
        pytest.param(72, 73, id="start at the end"),
        pytest.param(2**70, 2**70 + 1, id="beyond 64 bits"),
    ],
)
def test_a_shard_is_a_range_of_the_points(start: int, stop: int) -> None:
    """A shard that is empty, reversed or beyond the 72 points is refused."""
    with pytest.raises(InvalidSweep, match="shard"):
        read_payload(_PAYLOAD | {"shard": {"number": 0, "start": start, "stop": stop}})


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        pytest.param("sweep_id", "../../etc/passwd", "sweep_id", id="id of a path"),
        pytest.param("sweep_id", "a" * 78, "sweep_id", id="id too long"),
        pytest.param("sweep_id", "a\n", "sweep_id", id="id with a newline"),
        pytest.param("shard", {"number": -1, "start": 0, "stop": 1}, "shard.number", id="negative number"),
        pytest.param("shard", {"number": 0, "start": 0.0, "stop": 1}, "shard.start", id="start of a float"),
        pytest.param("shard", {"nmber": 0, "start": 0, "stop": 1}, "shard.nmber", id="misspelt member"),
        pytest.param("target", "toy", "target", id="target without a function"),
        pytest.param("target", None, "target", id="no target"),
        pytest.param("space", {}, "space.parameters", id="no parameters"),
        pytest.param(
            "space",
            {"parameters": {"x": {"geomspace": {"start": -1, "stop": 1, "num": 2}}}},
            "space.parameters.x",
            id="geomspace through 0",
        ),
        pytest.param("extra", 1, "extra", id="unknown member"),
    ],
)
def test_the_problem_has_its_path(part: str, value: object, path: str) -> None:
    """The path starts at the top of the payload."""
    read = _read(_PAYLOAD | {part: value})
    assert isinstance(read, InvalidSweep)
    assert any(problem.path.startswith(path) for problem in read.problems), read.problems
