"""An audit finds whatever is wrong with stored results, and names it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.documents.result_lines import pack
from application.verify_sweep import VerifySweep
from domain.audit import Audit, Flaw, points_of
from domain.designs.design import Design
from domain.plan import ShardCount
from domain.request import SweepRequest
from tests.fakes.result_objects import MemoryObjects, lines_of, objects_of, path_of
from tests.fakes.spaces import designs
from tests.fakes.sweeps import sweep_of

REQUEST = sweep_of(12, 4).request


def target(x: int) -> object:
    """Return values of every kind that an audit reads in a way of its own, and raise at 7."""
    if x == 7:
        raise ValueError('"error": no, "value": neither')
    return [x / 3, x, True, None, "plain", 'ü " \\', {"a": [1, {"index": 2}]}, -1e-300, [], {}, ""][x % 11]


def audited(objects: MemoryObjects, request: SweepRequest = REQUEST) -> tuple[Audit, dict[int, str | None]]:
    """Return the audit of these objects, and by shard the versions of those that are not whole."""
    bad: dict[int, str | None] = {}
    done: list[int] = []
    audit = VerifySweep(objects)(request, objects.paths, done.append, bad.__setitem__)
    assert done == sorted(done)
    assert done[-1] == request.plan.shards
    return audit, bad


def found(audit: Audit) -> dict[str, list[int]]:
    """Return the numbers of each finding."""
    return {flaw.value: [*chain(*ranges.first)] for flaw, ranges in audit.flaws.items()}


@given(designs(), st.data())
def test_whole_results_of_any_design_are_whole(design: Design, data: st.DataObject) -> None:
    """Every point of every design has the line that the audit expects, and nothing is found."""
    shards = data.draw(st.integers(1, design.size))
    request = SweepRequest("demo", "toy:f", design, {}, ShardCount(shards))
    audit, bad = audited(objects_of(request, lambda **point: next(iter(point.values()))), request)
    assert (audit.is_whole, audit.whole, audit.errors, bad) == (True, design.size, 0, {})


def test_points_with_an_error_are_results() -> None:
    """They are counted, and the sweep is whole."""
    audit, _ = audited(objects_of(REQUEST, target))
    assert (audit.is_whole, audit.whole, audit.errors, audit.flaws) == (True, 12, 1, {})


@given(st.sets(st.integers(0, 3)), st.data())
def test_what_is_left_out_is_missing_and_what_is_repeated_is_doubled(gone: set[int], data: st.DataObject) -> None:
    """Objects and lines that are left out, and lines that stand twice, are named exactly; the rest is whole."""
    lost = data.draw(st.sets(st.integers(0, 11)))
    twice = data.draw(st.sets(st.integers(0, 11))) - lost
    bodies = {}
    for shard in set(range(4)) - gone:
        lines = [line for line in lines_of(REQUEST, shard, target) if json.loads(line)["index"] not in lost]
        bodies[path_of(shard)] = pack(chain(*([line] * (1 + (json.loads(line)["index"] in twice)) for line in lines)))
    audit, bad = audited(MemoryObjects(bodies))
    there = {index for index in range(12) if index // 3 not in gone}
    # The object of a shard of which no line is left still has the bytes of an empty file.
    expected = {
        "missing_objects": sorted(gone),
        "missing_points": sorted(lost & there),
        "doubled_points": sorted(twice & there),
    }
    assert found(audit) == {kind: numbers for kind, numbers in expected.items() if numbers}
    assert audit.whole == len(there - lost - twice)
    assert audit.errors == (7 in there - lost)
    assert set(bad) == gone | {index // 3 for index in (lost | twice) & there}
    assert all((version is None) == (shard in gone) for shard, version in bad.items())
    assert audit.is_whole == (not bad)


def _first(change: Callable[[str], str]) -> Callable[[list[str]], bytes]:
    return lambda lines: pack([change(lines[0]), *lines[1:]])


def _of_value(text: str) -> Callable[[list[str]], bytes]:
    return _first(lambda line: line.replace('"value":null', text))


@pytest.mark.parametrize(
    ("damage", "kind", "numbers", "whole"),
    [
        pytest.param(lambda _: b"no gzip", "damaged_objects", [1], 9, id="no gzip"),
        pytest.param(lambda lines: pack(lines)[:-9], "damaged_objects", [1], 9, id="gzip cut short"),
        pytest.param(lambda lines: pack(lines)[:-6] + b"123456", "damaged_objects", [1], 9, id="wrong checksum"),
        pytest.param(lambda lines: pack(lines) + b"rest", "damaged_objects", [1], 9, id="something behind"),
        pytest.param(lambda _: b"", "damaged_objects", [1], 9, id="empty file"),
        pytest.param(lambda lines: pack(lines[::-1]), "damaged_objects", [1], 9, id="another order"),
        pytest.param(lambda _: pack([]), "missing_points", [3, 4, 5], 9, id="no line"),
        pytest.param(lambda lines: pack(lines)[:-9] + pack(lines), "damaged_objects", [1], 9, id="cut in the middle"),
        pytest.param(lambda lines: pack(lines) * 2, "doubled_points", [3, 4, 5], 9, id="twice in one file"),
        pytest.param(lambda lines: pack([*lines[:2], lines[2][:-9]]), "damaged_points", [5], 11, id="line cut"),
        pytest.param(lambda lines: pack([*lines[:2], lines[2][:-1]]), "damaged_points", [5], 11, id="no line end"),
        pytest.param(lambda lines: pack([lines[0], "{}\n", lines[2]]), "damaged_points", [4], 11, id="no index"),
        pytest.param(
            lambda lines: pack([b"\xff\n".decode("latin1"), *lines[1:]]), "damaged_points", [3], 11, id="text"
        ),
        pytest.param(_of_value('"value":NaN'), "damaged_points", [3], 11, id="NaN"),
        pytest.param(_of_value('"value":01'), "damaged_points", [3], 11, id="a leading zero"),
        pytest.param(_of_value('"value":1,'), "damaged_points", [3], 11, id="a comma too many"),
        pytest.param(_of_value('"value":'), "damaged_points", [3], 11, id="no value"),
        pytest.param(_of_value('"value": 1'), "damaged_points", [3], 11, id="a blank"),
        pytest.param(_of_value('"value":{"a":1,"a":1}'), "damaged_points", [3], 11, id="a key twice"),
        pytest.param(_of_value('"value":' + "[" * 99_999), "damaged_points", [3], 11, id="deep"),
        pytest.param(_of_value('"other":1'), "damaged_points", [3], 11, id="neither value nor error"),
        pytest.param(_of_value('"value":1,"error":{"type":"E","message":""}'), "damaged_points", [3], 11, id="both"),
        pytest.param(_of_value('"value":1,"other":2'), "damaged_points", [3], 11, id="something more"),
        pytest.param(_of_value('"error":{"type":"E"}'), "damaged_points", [3], 11, id="half an error"),
        pytest.param(_of_value('"error":{"type":"E","message":"","x":1}'), "damaged_points", [3], 11, id="more error"),
        pytest.param(_first(lambda line: line.replace('"x":3', '"x":4')), "foreign_points", [3], 11, id="point"),
        pytest.param(_first(lambda line: line.replace('"x":3', '"x":3.0')), "foreign_points", [3], 11, id="bytes"),
        pytest.param(_first(lambda line: line.replace('"x":3', '"y":3')), "foreign_points", [3], 11, id="parameter"),
    ],
)
def test_damage_is_named(damage: Callable[[list[str]], bytes], kind: str, numbers: list[int], whole: int) -> None:
    """One object is damaged in some way: the finding has its shard or points, and all others are whole."""
    objects = objects_of(REQUEST, target)
    body = damage(lines_of(REQUEST, 1, target))
    objects.bodies[path_of(1)] = body
    audit, bad = audited(objects)
    assert (found(audit), audit.whole, audit.is_whole) == ({kind: numbers}, whole, False)
    assert bad == {1: hashlib.sha256(body).hexdigest()}
    assert set(audit.reasons) == ({1} if kind == "damaged_objects" else set())


def test_what_does_not_belong_to_the_plan_is_foreign() -> None:
    """Indices of other shards or of no shard are named, and objects of shards that the plan does not have."""
    objects = objects_of(REQUEST, target)
    stray = [
        line.replace('"index":3', f'"index":{index}')
        for index in (0, 12, 10**30)
        for line in lines_of(REQUEST, 1, target)[:1]
    ]
    objects.bodies[path_of(1)] = pack([*lines_of(REQUEST, 1, target), *stray])
    objects.bodies[path_of(4)] = objects.bodies[path_of(9)] = b"whatever"
    objects.bodies["/results/notes.txt"] = b"whatever"
    audit, bad = audited(objects)
    assert found(audit) == {"foreign_indices": [0, 12, 10**30], "foreign_objects": [4, 9]}
    assert (audit.whole, set(bad)) == (12, {1})


def test_a_damaged_line_beside_a_whole_one_is_named_twice() -> None:
    """The point has two lines, and one of them is damaged; a second error is not counted."""
    lines = lines_of(REQUEST, 2, target)
    objects = objects_of(REQUEST, target)
    objects.bodies[path_of(2)] = pack([*lines, lines[1], lines[0].replace("value", "other")])
    audit, _ = audited(objects)
    assert found(audit) == {"damaged_points": [6], "doubled_points": [6, 7]}
    assert (audit.whole, audit.errors) == (10, 1)


def test_an_object_that_is_removed_meanwhile_is_missing() -> None:
    """It was listed, and is not there when it is read."""
    objects = objects_of(REQUEST, target)
    paths = objects.paths
    del objects.bodies[path_of(3)]
    audit = VerifySweep(objects)(REQUEST, paths, lambda _: None, lambda *_: None)
    assert found(audit) == {"missing_objects": [3]}
    assert points_of(REQUEST.plan, audit.flaws[Flaw.NO_OBJECT].first) == [range(9, 12)]


def test_only_the_first_damaged_objects_are_told_with_their_reasons() -> None:
    """All are counted."""
    request = sweep_of(30, 30).request
    audit, bad = audited(MemoryObjects({path_of(shard): gzip.compress(b"")[:-1] for shard in range(30)}), request)
    assert (len(audit.reasons), audit.flaws[Flaw.DAMAGED_OBJECT].count, len(bad)) == (10, 30, 30)
    assert audit.reasons[0].startswith("the compressed data cannot be read: ")


def test_findings_are_of_shards_or_of_points() -> None:
    """What has no object, is damaged as a whole or has no shard is named by shards."""
    assert [flaw.value for flaw in Flaw if flaw.is_of_shards] == [
        "missing_objects",
        "damaged_objects",
        "foreign_objects",
    ]
