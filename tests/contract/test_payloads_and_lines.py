"""Contracts 3 and 4: what is written fits its published schema, and what does not fit is refused."""

from __future__ import annotations

import copy
import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads
from application.execute_shard import Meter, evaluate
from domain.designs.design import Design
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import Sweep
from domain.task import ShardTask
from infra.write_schemas import SCHEMAS
from tests.fakes.documents import anything
from tests.fakes.spaces import grids, point_lists


def _published(name: str) -> Draft4Validator:
    """Return the schema as it is checked in, which is what a worker in another language is written against."""
    return Draft4Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


PAYLOAD = _published("worker-payload-1")
LINE = _published("result-line")
PAYLOADS: list[dict[str, Any]] = [
    {
        "version": 1,
        "sweep_id": "toy-000000000001",
        "shard": {"number": 1, "start": 2, "stop": 4},
        "space": {"parameters": {"x": {"values": [1, 2, 3, 4]}}, "constants": {"c": 1}, "design": {"kind": "grid"}},
        "target": "toy:f",
    },
    {
        "version": 1,
        "sweep_id": "toy-000000000002",
        "shard": {"number": 1, "start": 2, "stop": 3},
        "space": {"constants": {}, "design": {"kind": "points", "points": [{"x": 1, "y": "a"}]}},
        "target": "toy:f",
    },
]

# What to put in which place; `...` takes the part out.
BROKEN: list[tuple[tuple[str, ...], object]] = [
    *((("version",), version) for version in (..., 0, 2, "1", True, 1.0, None)),
    *((("sweep_id",), sweep_id) for sweep_id in (..., "", "a/b", "../a", 5, None)),
    *((("shard",), part) for part in (..., None, [1, 2, 3], {"number": 1})),
    *((("shard", "start"), part) for part in (..., -1, 2.0, "2", True)),
    *((("target",), part) for part in (..., "", "toy", "toy:", None, 5)),
    (("space",), ...),
    (("space",), None),
    (("space",), {}),
    (("space",), {"constants": {}}),
    (("space", "design"), []),
    (("space", "design"), {"kind": "gird"}),
    (("space", "design"), {"kind": "points", "points": []}),
    *(((unknown,), 1) for unknown in ("extra", "key", "Version")),
    (("shard", "extra"), 1),
    (("space", "extra"), 1),
]


@st.composite
def sweeps(draw: st.DrawFn) -> Sweep:
    """Return sweeps over any space, cut into any number of shards."""
    design: Design = draw(grids() | point_lists())
    shards = draw(st.integers(1, min(design.size, 9)))
    constants: dict[str, Json] = draw(st.sampled_from([{}, {"constant": [1, {"é": None}]}, {"constant": "é"}]))
    return Sweep("toy-1", "key", "digest", SweepRequest("toy", "toy:f", design, constants, ShardCount(shards)), 0.0)


def _tasks(sweep: Sweep) -> list[ShardTask]:
    return [read_payload(json.loads(Payloads(sweep).of(shard))) for shard in sweep.plan]


@given(sweeps())
def test_every_payload_fits_its_schema_and_together_they_cover_the_space(sweep: Sweep) -> None:
    """What the workers are told to evaluate is every point, once, in order."""
    for shard in sweep.plan:
        PAYLOAD.validate(json.loads(Payloads(sweep).of(shard)))
    told = [(index, task.design.point(index - task.first)) for task in _tasks(sweep) for index in _indices(task)]
    assert told == [(index, sweep.request.design.point(index)) for index in range(sweep.plan.size)]


def _indices(task: ShardTask) -> range:
    return range(task.shard.start, task.shard.stop)


def _changed(payload: dict[str, Any], way: tuple[str, ...], part: object) -> dict[str, Any]:
    """Return a copy with one part replaced, or taken out where the part is `...`."""
    changed = copy.deepcopy(payload)
    inner = changed
    for key in way[:-1]:
        inner = inner[key]
    if part is ...:
        del inner[way[-1]]
    else:
        inner[way[-1]] = part
    return changed


@pytest.mark.parametrize("payload", PAYLOADS, ids=["grid", "points"])
@pytest.mark.parametrize(("way", "part"), BROKEN, ids=str)
def test_a_broken_payload_is_refused_by_schema_and_worker(
    payload: dict[str, Any], way: tuple[str, ...], part: object
) -> None:
    """A worker in another language, which has only the schema, refuses what ours refuses."""
    broken = _changed(payload, way, part)
    assert not PAYLOAD.is_valid(broken)
    with pytest.raises(InvalidSweep):
        read_payload(broken)


@settings(max_examples=200)
@given(st.sampled_from(PAYLOADS), st.data())
def test_schema_and_worker_are_of_one_mind(payload: dict[str, Any], data: st.DataObject) -> None:
    """What the schema accepts is at most senseless; what the worker reads, the schema accepts."""
    way = data.draw(st.sampled_from([(key,) for key in payload] + [("shard", "stop"), ("space", "constants")]))
    changed = _changed(payload, way, data.draw(anything))
    try:
        read_payload(changed)
    except MalformedSweep:
        assert not PAYLOAD.is_valid(changed)
    except InvalidSweep:
        pass  # for its sense, of which a schema knows nothing
    else:
        PAYLOAD.validate(changed)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=4),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
)


@given(sweeps(), st.lists(values | st.builds(ValueError, st.text(max_size=5)) | st.just({1: 2}), min_size=1))
def test_every_result_line_fits_its_schema(sweep: Sweep, gives: list[object]) -> None:
    """Whatever a target gives or raises: NaN, the infinities, text that is no Unicode, what JSON cannot hold."""
    calls = count()

    def target(**_: object) -> object:
        given = gives[next(calls) % len(gives)]
        if isinstance(given, ValueError):
            raise given
        return given

    for task in _tasks(sweep):
        results = [json.loads(line, parse_constant=pytest.fail) for line in evaluate(task, target, Meter())]
        for result in results:
            LINE.validate(result)
        assert [result["index"] for result in results] == list(_indices(task))
        assert [result["point"] for result in results] == [
            task.design.point(index - task.first) for index in _indices(task)
        ]


@pytest.mark.parametrize(
    "line",
    [
        {"index": 0, "point": {"x": 1}},
        {"index": 0, "value": 1},
        {"point": {"x": 1}, "value": 1},
        {"index": -1, "point": {"x": 1}, "value": 1},
        {"index": 0.0, "point": {"x": 1}, "value": 1},
        {"index": "0", "point": {"x": 1}, "value": 1},
        {"index": 0, "point": {}, "value": 1},
        {"index": 0, "point": {"x": [1]}, "value": 1},
        {"index": 0, "point": {"a b": 1}, "value": 1},
        {"index": 0, "point": {"x": 1}, "value": 1, "host": "a"},
        {"index": 0, "point": {"x": 1}, "value": 1, "error": {"type": "E", "message": ""}},
        {"index": 0, "point": {"x": 1}, "error": "E"},
        {"index": 0, "point": {"x": 1}, "error": {"type": "E"}},
        {"index": 0, "point": {"x": 1}, "error": {"type": "E", "message": "", "traceback": ""}},
        [0, {"x": 1}, 1],
    ],
    ids=str,
)
def test_another_line_does_not_fit(line: object) -> None:
    """The schema says no to what is no result: it would be worth nothing otherwise."""
    assert not LINE.is_valid(line)
