"""Contracts 3 and 4: payloads and result lines fit their published schemas, and others are refused."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads
from application.execute_shard import evaluate
from application.meter import Meter
from domain.designs.design import Design
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import Sweep
from domain.task import ShardTask
from infra.write_schemas import SCHEMAS
from tests.fakes.documents import anything
from tests.fakes.forks import NoForks
from tests.fakes.spaces import designs


def _published(name: str) -> Draft4Validator:
    """Return the validator of a published schema, which is all that the author of another worker has."""
    return Draft4Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


PAYLOAD = {version: _published(f"worker-payload-{version}") for version in (1, 2, 3)}
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
    {
        "version": 2,
        "sweep_id": "toy-000000000003",
        "shard": {"number": 1, "start": 2, "stop": 4, "generation": 1},
        "space": {"parameters": {"x": {"values": [1, 2, 3, 4]}}, "constants": {}, "design": {"kind": "grid"}},
        "target": "toy:f",
    },
    {
        "version": 3,
        "sweep_id": "toy-000000000004",
        "shard": {"number": 1, "start": 3, "stop": 4, "generation": 0},
        "space": {
            "constants": {},
            "design": {"kind": "points", "points": [{"x": 1, "y": "a"}]},
            "replicates": {"count": 2, "seed": 7},
        },
        "target": "toy:f",
    },
    {
        "version": 3,
        "sweep_id": "toy-000000000005",
        "shard": {"number": 1, "start": 2, "stop": 4, "generation": 0},
        "space": {
            "parameters": {"x": {"values": [1, 2]}, "y": {"values": [1, 2, 3], "when": {"x": [1]}}},
            "constants": {},
            "design": {"kind": "grid"},
        },
        "target": "toy:f",
    },
    {
        "version": 3,
        "sweep_id": "toy-000000000006",
        "shard": {"number": 1, "start": 2, "stop": 4, "generation": 0},
        "space": {
            "parameters": {"x": {"values": [1, 2, 3, 4]}},
            "constants": {"c": 1},
            "design": {"kind": "grid"},
            "where": "x > c",
        },
        "target": "toy:f",
    },
    {
        "version": 3,
        "sweep_id": "toy-000000000007",
        "shard": {"number": 1, "start": 2, "stop": 4, "generation": 0},
        "space": {"parameters": {"x": {"values": [1, 2, 3, 4]}}, "constants": {}, "design": {"kind": "grid"}},
        "target": "toy:f",
        "extends": "toy-000000000001",
    },
]
PAYLOADS.append(
    {
        "version": 3,
        "sweep_id": "toy-000000000008",
        "shard": {"number": 1, "start": 2, "stop": 4, "generation": 0},
        "space": {
            "parameters": {"mode": {"values": [1, 2]}},
            "constants": {},
            "design": {
                "kind": "table",
                "table": "0123456789abcdef" * 4,
                "columns": {"x": ["number"], "y": ["text", "null"]},
                "rows": 2,
                "grid": ["mode"],
            },
        },
        "target": "toy:f",
    }
)
IDS = ["grid", "points", "retried", "replicates", "partial", "where", "extends", "table"]

# Which path to replace by what; `...` removes the part.
CONDITIONS: list[object] = [None, {}, "x", {"x": []}, {"x": {}}]
COLUMNS: list[object] = [None, [], {}, {"x": []}, {"x": ["float"]}, {"x": "null"}, {"x y": ["null"]}]
BROKEN: list[tuple[tuple[str, ...], object]] = [
    *((("version",), version) for version in (..., 0, 4, "1", True, 1.0, None)),
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
    *((("space", "design", "table"), part) for part in (None, 5, "", "a" * 63, "A" * 64)),
    *((("space", "design", "columns"), part) for part in COLUMNS),
    *((("space", "design", "rows"), part) for part in (None, 0, 2.0, "2", 10**12)),
    *(((unknown,), 1) for unknown in ("extra", "key", "Version")),
    (("shard", "extra"), 1),
    (("space", "extra"), 1),
    *((("shard", "generation"), part) for part in (-1, 1.0, "1", True, None)),
    *((("space", "replicates"), part) for part in (0, 2, None, {}, {"count": 0}, {"count": 2, "sed": 1})),
    *((("space", "where"), part) for part in ("", 1, True, None, " " * 1001)),
    (("space", "where"), ["x > 1"]),
    *((("space", "parameters"), {"x": {"values": [1], "when": part}}) for part in CONDITIONS),
    *((("extends",), part) for part in ("", "a/b", "../a", 5, None, ["toy-000000000001"])),
]


@st.composite
def sweeps(draw: st.DrawFn) -> Sweep:
    """Return sweeps over any space, in any number of shards."""
    design: Design = draw(designs())
    shards = draw(st.integers(1, min(design.size, 9)))
    constants: dict[str, Json] = draw(st.sampled_from([{}, {"constant": [1, {"é": None}]}, {"constant": "é"}]))
    return Sweep("toy-1", "key", "digest", SweepRequest("toy", "toy:f", design, constants, ShardCount(shards)), 0.0)


def _documents(sweep: Sweep, generation: int = 0) -> list[dict[str, Any]]:
    shards = (replace(shard, generation=generation) for shard in sweep.plan)
    return [json.loads(Payloads(sweep).of(shard)) for shard in shards]


def _tasks(sweep: Sweep, generation: int = 0) -> list[ShardTask]:
    return [read_payload(document) for document in _documents(sweep, generation)]


@given(sweeps(), st.integers(0, 2))
def test_every_payload_fits_its_schema_and_together_they_cover_the_space(sweep: Sweep, generation: int) -> None:
    """In every generation every payload is valid, and the payloads together have every point once, in order."""
    for document in _documents(sweep, generation):
        _schema_of(document).validate(document)
    tasks = _tasks(sweep, generation)
    points = [(index, task.design.point(index - task.first)) for task in tasks for index in _indices(task)]
    assert points == [(index, sweep.request.design.point(index)) for index in range(sweep.plan.size)]


def _schema_of(payload: dict[str, Any]) -> Draft4Validator:
    """Return the schema of the payload's version; that of version 1 for one without a version."""
    version = payload.get("version")
    return PAYLOAD[version if type(version) is int and version in PAYLOAD else 1]


def _indices(task: ShardTask) -> range:
    return range(task.shard.start, task.shard.stop)


def _changed(payload: dict[str, Any], path: tuple[str, ...], part: object) -> dict[str, Any]:
    """Return a copy with the part at a path replaced, or removed if the new part is `...`."""
    changed = copy.deepcopy(payload)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if part is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = part
    return changed


def _about(path: tuple[str, ...], part: object) -> str:
    """Return a change in words, such as `without shard.start` or `shard.start = "2"`."""
    return f"without {'.'.join(path)}" if part is ... else f"{'.'.join(path)} = {json.dumps(part)}"


@pytest.mark.parametrize("payload", PAYLOADS, ids=IDS)
@pytest.mark.parametrize(("path", "part"), [pytest.param(*one, id=_about(*one)) for one in BROKEN])
def test_a_broken_payload_is_refused_by_schema_and_worker(
    payload: dict[str, Any], path: tuple[str, ...], part: object
) -> None:
    """The schema and our worker refuse the same payloads, so that a worker in another language can do so too."""
    broken = _changed(payload, path, part)
    assert not _schema_of(broken).is_valid(broken)
    with pytest.raises(InvalidSweep):
        read_payload(broken)


@pytest.mark.parametrize("payload", PAYLOADS[:3], ids=IDS[:3])
def test_generation_0_is_not_written_before_version_3(payload: dict[str, Any]) -> None:
    """A first run has version 1, which knows no generation, and a later one has version 2."""
    broken = _changed(payload, ("shard", "generation"), 0)
    assert not _schema_of(broken).is_valid(broken)
    with pytest.raises(InvalidSweep):
        read_payload(broken)


@pytest.mark.parametrize("version", [1, 2])
def test_a_table_is_not_written_before_version_3(version: int) -> None:
    """A worker that knows no tables refuses a payload with one as a whole."""
    broken = _changed(PAYLOADS[0 if version == 1 else 2], ("space",), PAYLOADS[-1]["space"])
    assert not _schema_of(broken).is_valid(broken)
    with pytest.raises(MalformedSweep, match=f"kind: is unknown in a payload of version {version}"):
        read_payload(broken)


@pytest.mark.parametrize("version", [1, 2])
def test_a_condition_is_not_written_before_version_3(version: int) -> None:
    """A worker that knows no conditions refuses a payload with one, whatever it does about unknown keys."""
    space = PAYLOADS[4]["space"]
    broken = _changed(PAYLOADS[0 if version == 1 else 2], ("space",), space)
    assert not _schema_of(broken).is_valid(broken)
    with pytest.raises(MalformedSweep, match=rf"y\.when: is unknown in a payload of version {version}"):
        read_payload(broken)


@settings(max_examples=200)
@given(st.sampled_from(PAYLOADS), st.data())
def test_schema_and_worker_agree(payload: dict[str, Any], data: st.DataObject) -> None:
    """A payload that the worker finds malformed is invalid by the schema, and one that it reads is valid."""
    inner = [
        ("shard", "stop"),
        ("shard", "generation"),
        *(("space", key) for key in ("constants", "replicates", "where")),
    ]
    path = data.draw(st.sampled_from([(key,) for key in [*payload, "extends"]] + inner))
    changed = _changed(payload, path, data.draw(anything))
    try:
        read_payload(changed)
    except MalformedSweep:
        assert not _schema_of(changed).is_valid(changed)
    except InvalidSweep:
        pass  # refused for its meaning, which a schema cannot check
    else:
        _schema_of(changed).validate(changed)


@pytest.mark.parametrize("payload", PAYLOADS, ids=IDS)
def test_no_payload_fits_the_schema_of_another_version(payload: dict[str, Any]) -> None:
    """A worker that knows one version refuses the other, instead of running a shard in a wrong generation."""
    assert [version for version, schema in PAYLOAD.items() if schema.is_valid(payload)] == [payload["version"]]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=4),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
)


@given(sweeps(), st.lists(values | st.builds(ValueError, st.text(max_size=5)) | st.just({1: 2}), min_size=1))
def test_every_result_line_fits_its_schema(sweep: Sweep, results: list[object]) -> None:
    """A line is valid for any result: an error, NaN, an infinity, a lone surrogate, a value that is no JSON."""
    calls = count()

    def target(**_: object) -> object:
        result = results[next(calls) % len(results)]
        if isinstance(result, ValueError):
            raise result
        return result

    for task in _tasks(sweep):
        lines = [json.loads(line, parse_constant=pytest.fail) for line in evaluate(task, target, Meter(), NoForks())]
        for line in lines:
            LINE.validate(line)
        assert [line["index"] for line in lines] == list(_indices(task))
        assert [line["point"] for line in lines] == [task.design.point(index - task.first) for index in _indices(task)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"index": 0, "point": {"x": 1}}, id="no result"),
        pytest.param({"index": 0, "value": 1}, id="no point"),
        pytest.param({"point": {"x": 1}, "value": 1}, id="no index"),
        pytest.param({"index": -1, "point": {"x": 1}, "value": 1}, id="a negative index"),
        pytest.param({"index": 0.0, "point": {"x": 1}, "value": 1}, id="a float as index"),
        pytest.param({"index": "0", "point": {"x": 1}, "value": 1}, id="a text as index"),
        pytest.param({"index": 0, "point": {}, "value": 1}, id="an empty point"),
        pytest.param({"index": 0, "point": {"x": [1]}, "value": 1}, id="a list in the point"),
        pytest.param({"index": 0, "point": {"a b": 1}, "value": 1}, id="a space in a name"),
        pytest.param({"index": 0, "point": {"x": 1}, "value": 1, "host": "a"}, id="an unknown key"),
        pytest.param(
            {"index": 0, "point": {"x": 1}, "value": 1, "error": {"type": "E", "message": ""}}, id="value and error"
        ),
        pytest.param({"index": 0, "point": {"x": 1}, "error": "E"}, id="a text as error"),
        pytest.param({"index": 0, "point": {"x": 1}, "error": {"type": "E"}}, id="an error without a message"),
        pytest.param(
            {"index": 0, "point": {"x": 1}, "error": {"type": "E", "message": "", "traceback": ""}},
            id="an unknown key in the error",
        ),
        pytest.param({"index": 0, "skipped": False}, id="skipped, and not"),
        pytest.param({"index": 0, "skipped": True, "value": 1}, id="skipped, with a value"),
        pytest.param({"index": 0, "point": {"x": 1}, "skipped": True}, id="skipped, with a point"),
        pytest.param([0, {"x": 1}, 1], id="a list"),
    ],
)
def test_another_line_does_not_fit(line: object) -> None:
    """The schema refuses a line that is no result."""
    assert not LINE.is_valid(line)
