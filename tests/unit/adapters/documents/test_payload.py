"""Contract 3: what a worker reads is what was written, and anything else is refused."""

from __future__ import annotations

import json
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
from tests.fakes.spaces import grids, point_lists
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_PAYLOAD: dict[str, Any] = json.loads(Payloads(_SWEEP).of(_SWEEP.plan.shard(2)))


def _read(document: object) -> ShardTask | InvalidSweep:
    try:
        return read_payload(document)
    except InvalidSweep as error:
        return error


@given(grids() | point_lists(), st.data())
def test_a_worker_sees_the_points_of_its_shard(design: Design, data: st.DataObject) -> None:
    """Every shard's payload gives exactly the shard's points, at their indices, and the constants."""
    constants: dict[str, Any] = {"deep": {"list": [1, 2.5, None]}}
    shards = data.draw(st.integers(1, design.size))
    request = SweepRequest("toy", "toy:f", design, constants, ShardCount(shards))
    sweep = Sweep("toy-000000000001", "key", request_digest(request), request, 0.0)
    for shard in sweep.plan:
        task = read_payload(json.loads(Payloads(sweep).of(shard)))
        assert (task.sweep_id, task.shard, task.constants, task.target) == (sweep.id, shard, constants, "toy:f")
        for index in range(shard.start, shard.stop):
            assert task.design.point(index - task.first) == design.point(index)


@settings(max_examples=300)
@given(st.data())
def test_any_other_document_is_refused(data: st.DataObject) -> None:
    """Whatever stands in the place of a part, a worker gets a task or `InvalidSweep`, and no other exception."""
    part = data.draw(st.sampled_from([*_PAYLOAD, "another"]))
    read = _read(_PAYLOAD | {part: data.draw(anything)})
    assert isinstance(read, ShardTask) or read.problems


@pytest.mark.parametrize(
    "document", [None, [], "text", {}, {"version": 2}, {"version": "1"}, _PAYLOAD | {"version": 0}]
)
def test_another_version_is_refused_as_such(document: object) -> None:
    """Before anything else is looked at, so that a newer payload is not called malformed for its news."""
    with pytest.raises(MalformedSweep, match="version: is not 1, the only one that this worker understands"):
        read_payload(document)


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (3, 2), (0, 73), (72, 73), (2**70, 2**70 + 1)])
def test_a_shard_is_a_range_of_the_points(start: int, stop: int) -> None:
    """Not empty, not backwards, not beyond the last of the 72."""
    with pytest.raises(InvalidSweep, match="shard"):
        read_payload(_PAYLOAD | {"shard": {"number": 0, "start": start, "stop": stop}})


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        ("sweep_id", "../../etc/passwd", "sweep_id"),
        ("sweep_id", "a" * 78, "sweep_id"),
        ("sweep_id", "a\n", "sweep_id"),
        ("shard", {"number": -1, "start": 0, "stop": 1}, "shard.number"),
        ("shard", {"number": 0, "start": 0.0, "stop": 1}, "shard.start"),
        ("shard", {"nmber": 0, "start": 0, "stop": 1}, "shard.nmber"),
        ("target", "toy", "target"),
        ("target", None, "target"),
        ("space", {}, "space.parameters"),
        ("space", {"parameters": {"x": {"geomspace": {"start": -1, "stop": 1, "num": 2}}}}, "space.parameters.x"),
        ("extra", 1, "extra"),
    ],
)
def test_the_problem_has_its_place(part: str, value: object, path: str) -> None:
    """As seen from the top of the payload."""
    read = _read(_PAYLOAD | {part: value})
    assert isinstance(read, InvalidSweep)
    assert any(problem.path.startswith(path) for problem in read.problems), read.problems
