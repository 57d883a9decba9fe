"""The documents of requests (contract 1) and payloads (contract 3), and the digest of a request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.payload import read_payload
from adapters.documents.request import read_request
from application.documents.compact_json import encode
from application.documents.payload import Payloads, own_task
from application.documents.request import own_request, request_digest, request_document
from application.documents.space import space_document
from domain.designs.design import Design, Point, Render
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.dispatch_order import DispatchOrder
from domain.plan import DefaultSharding, MaxPointsPerShard, Plan, Shard, ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.geomspace import Geomspace
from domain.space.levels import Levels
from domain.space.linspace import Linspace
from domain.space.logspace import Logspace
from domain.space.parameter import Parameter
from domain.space.range import Range
from domain.space.scalars import Json, Scalar
from domain.space.values import Values
from domain.sweep import Sweep
from tests.fakes.spaces import designs, point_lists, scalars, texts

values: st.SearchStrategy[Json] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=5
)


@st.composite
def requests(draw: st.DrawFn) -> SweepRequest:
    """Return any request."""
    design: Design = draw(designs())
    shards = draw(st.integers(1, design.size))
    shardings: list[Sharding] = [DefaultSharding(), MaxPointsPerShard(shards), ShardCount(shards)]
    sharding = draw(st.sampled_from(shardings))
    constants = draw(st.dictionaries(st.sampled_from(["A", "B", "C"]), values))
    target, order = draw(st.sampled_from([None, "m:f"])), draw(st.sampled_from(DispatchOrder))
    return SweepRequest("demo", target, design, constants, sharding, order)


def sweep_of(request: SweepRequest) -> Sweep:
    """Return a sweep of a request."""
    return Sweep("demo-000000000001", "key", request_digest(request), request, 0.0)


@given(requests())
def test_a_request_survives_encoding(request: SweepRequest) -> None:
    """A request that is encoded and read back has the same values, types and digest."""
    again = read_request(json.loads(encode(request_document(request))))
    assert repr(again) == repr(request)
    assert request_digest(again) == request_digest(request)


@given(requests(), st.integers(0, 3))
def test_a_payload_is_all_that_a_worker_needs(request: SweepRequest, generation: int) -> None:
    """Each shard's payload decodes to the points, constants and generation of that shard, and is always the same.

    A worker that trusts it reads the same task from it as one that checks it.
    """
    sweep = sweep_of(request)
    payloads = Payloads(sweep)
    for shard in (replace(shard, generation=generation) for shard in sweep.plan):
        body = payloads.of(shard)
        assert body == Payloads(sweep).of(shard)
        if request.target is None:
            continue
        task = read_payload(json.loads(body))
        assert repr(own_task(body)) == repr(task)
        assert (task.sweep_id, task.shard, task.target) == (sweep.id, shard, "m:f")
        assert repr(task.constants) == repr(request.constants)
        for index in range(shard.start, shard.stop):
            assert repr(task.design.point(index - task.first)) == repr(request.design.point(index))


@given(st.dictionaries(texts, values, min_size=2, max_size=5))
def test_the_digest_does_not_depend_on_the_order_of_constants(constants: dict[str, Json]) -> None:
    """Requests that differ only in the order of keys in their constants have equal digests."""
    turned = dict(reversed(constants.items()))
    design = PointList(("x",), ((1,),))
    one = SweepRequest("s", "m:f", design, {"A": constants, "B": 1})
    other = SweepRequest("s", "m:f", design, {"B": 1, "A": turned})
    assert request_digest(one) == request_digest(other)


@given(requests())
def test_the_order_of_dispatch_makes_no_other_sweep(request: SweepRequest) -> None:
    """Only a document that asks for another one than the default names it, and no payload does."""
    plain, spread = (replace(request, order=order) for order in DispatchOrder)
    assert request_digest(spread) == request_digest(plain)
    assert request_document(spread) == {**request_document(plain), "dispatch": {"order": "spread"}}
    assert "dispatch" not in request_document(plain)
    one, other = (Payloads(sweep_of(each)).of(request.plan.shard(0)) for each in (plain, spread))
    assert one == other


def test_different_requests_have_different_digests() -> None:
    """The order of parameters, the type of a value and every field change the digest."""
    a, b = Parameter("a", Values((1, 2))), Parameter("b", Values((1, 2)))
    requests = [
        SweepRequest("s", "m:f", Grid((a, b))),
        SweepRequest("s", "m:f", Grid((b, a))),
        SweepRequest("s", "m:f", Grid((a, b), (("a", "b"),))),
        SweepRequest("s", "m:f", Grid((a, Parameter("b", Values((1, 2.0)))))),
        SweepRequest("s", "m:f", Grid((a, b)), {"c": 1}),
        SweepRequest("s", "m:f", Grid((a, b)), {"c": True}),
        SweepRequest("s", "m:g", Grid((a, b))),
        SweepRequest("t", "m:f", Grid((a, b))),
        SweepRequest("s", "m:f", Grid((a, b)), sharding=ShardCount(4)),
    ]
    assert len(set(map(request_digest, requests))) == len(requests)


EVERYTHING = Grid(
    (
        Parameter("a", Linspace(0, 1, 3)),
        Parameter("b", Geomspace(1e-4, 0.1, 4)),
        Parameter("c", Logspace(0, 2, 3)),
        Parameter("d", Range(0, 1, 0.5)),
        Parameter("e", Values((1, 1.0, "ü", None, True))),
        Parameter("f", Range(0, 3)),
    ),
    (("f", "a"),),
)


def test_the_payload_of_a_grid_is_pinned() -> None:
    """The bytes of version 1 are fixed: workers of another version or language read them."""
    sweep = sweep_of(SweepRequest("demo", "m:f", EVERYTHING, {"g": [9.81, {"k": None}]}, ShardCount(7)))
    assert Payloads(sweep).of(sweep.plan.shard(6)) == (
        b'{"version":1,"sweep_id":"demo-000000000001","shard":{"number":6,"start":308,"stop":360},"space":{"parameters":{'
        b'"a":{"linspace":{"start":0.0,"stop":1.0,"num":3}},"b":{"geomspace":{"start":0.0001,"stop":0.1,"num":4}},'
        b'"c":{"logspace":{"start":0.0,"stop":2.0,"num":3,"base":10.0}},"d":{"range":{"start":0,"stop":1,"step":0.5}},'
        b'"e":{"values":[1,1.0,"\\u00fc",null,true]},"f":{"range":{"start":0,"stop":3,"step":1}}},'
        b'"constants":{"g":[9.81,{"k":null}]},"design":{"kind":"grid","zip":[["f","a"]]}},"target":"m:f"}'
    )


def test_the_payload_of_points_is_pinned() -> None:
    """The payload holds only the points of its shard."""
    points = PointList(("x", "y"), ((1, "a"), (2, "b"), (3, "c")))
    sweep = sweep_of(SweepRequest("demo", "m:f", points, {}, ShardCount(2)))
    assert Payloads(sweep).of(sweep.plan.shard(1)) == (
        b'{"version":1,"sweep_id":"demo-000000000001","shard":{"number":1,"start":1,"stop":3},"space":{"constants":{},'
        b'"design":{"kind":"points","points":[{"x":2,"y":"b"},{"x":3,"y":"c"}]}},"target":"m:f"}'
    )


def test_the_payload_of_a_later_run_is_pinned() -> None:
    """The bytes of version 2 are those of version 1 with the generation beside the shard's points."""
    sweep = sweep_of(SweepRequest("demo", "m:f", PointList(("x",), ((1,), (2,))), {}, ShardCount(2)))
    first = Payloads(sweep).of(sweep.plan.shard(1))
    later = Payloads(sweep).of(replace(sweep.plan.shard(1), generation=3))
    assert later == first.replace(b'"version":1', b'"version":2').replace(b'"stop":2', b'"stop":2,"generation":3')
    assert later == (
        b'{"version":2,"sweep_id":"demo-000000000001","shard":{"number":1,"start":1,"stop":2,"generation":3},'
        b'"space":{"constants":{},"design":{"kind":"points","points":[{"x":2}]}},"target":"m:f"}'
    )


def test_the_digest_is_pinned() -> None:
    """The digest of a request never changes: a ledger stores digests across versions."""
    request = SweepRequest("demo", "m:f", EVERYTHING, {"g": 9.81}, MaxPointsPerShard(5))
    assert request_digest(request) == "c7c304f2d086a06c7f8745e22630872392a0d70eefb1858c1dbb8e685e22db1f"


class Strange:
    """A design and levels of a kind without a document."""

    travels_whole = True
    names = ("a",)
    parameters = ()
    size = 1

    def point(self, index: int) -> Point:
        """Raise `NotImplementedError`."""
        raise NotImplementedError

    def walk(self, start: int, stop: int, render: Render[object]) -> Iterator[tuple[object, ...]]:
        """Raise `NotImplementedError`."""
        raise NotImplementedError

    def part(self, start: int, stop: int) -> Design:
        """Raise `NotImplementedError`."""
        raise NotImplementedError

    def options(self) -> dict[str, Json]:
        """Raise `NotImplementedError`."""
        raise NotImplementedError

    def value(self, number: int) -> Scalar:
        """Raise `NotImplementedError`."""
        raise NotImplementedError


def test_what_has_no_document_is_a_programming_error() -> None:
    """A kind of design or levels without a document raises `TypeError`."""
    strange = Strange()
    levels: Levels = strange
    with pytest.raises(TypeError, match="Strange has no document"):
        space_document(strange, {})  # type: ignore[arg-type]  # its walk is not generic
    with pytest.raises(TypeError, match="Strange has no document"):
        space_document(Grid((Parameter("a", levels),)), {})


def test_a_grids_last_shard_has_the_longest_payload() -> None:
    """The largest payload is that of the last shard, so only that one is measured before a sweep is opened."""
    sweep = sweep_of(SweepRequest("demo", "m:f", EVERYTHING, {}, ShardCount(120)))
    payloads = Payloads(sweep)
    sizes = [len(payloads.of(shard)) for shard in Plan(360, 120)]
    assert max(sizes) == len(payloads.of(Shard(119, 357, 360))) == sizes[-1] == payloads.largest()


@given(point_lists() | st.builds(Replicated, point_lists(), st.integers(1, 4)), st.data())
def test_the_longest_payload_of_a_point_list_is_known_without_making_each(design: Design, data: st.DataObject) -> None:
    """The largest payload is as long as the longest of those that the shards get, whichever points are in it."""
    shards = data.draw(st.integers(1, design.size))
    payloads = Payloads(sweep_of(SweepRequest("demo", "m:f", design, {}, ShardCount(shards))))
    assert payloads.largest() == max(len(payloads.of(shard)) for shard in Plan(design.size, shards))


def test_the_longest_payload_has_each_point_once_however_often_it_is_repeated() -> None:
    """It is measured in the time that a few points take, not their million replicates."""
    design = Replicated(PointList(("x",), ((1,), (22,))), 10**6)
    payloads = Payloads(sweep_of(SweepRequest("demo", "m:f", design, {}, ShardCount(4))))
    assert payloads.largest() == len(payloads.of(Plan(design.size, 4).shard(3)))


@given(designs(), st.data())
def test_a_request_of_this_program_is_read_back_without_a_check_of_its_shape(
    design: Design, data: st.DataObject
) -> None:
    """From the normal form of any request, with any sharding and order, the same request comes back."""
    shardings: list[Sharding] = [
        DefaultSharding(),
        MaxPointsPerShard(2),
        ShardCount(data.draw(st.integers(1, design.size))),
    ]
    target = data.draw(st.sampled_from([None, "toy:f"]))
    sharding, order = data.draw(st.sampled_from(shardings)), data.draw(st.sampled_from(DispatchOrder))
    request = SweepRequest("toy", target, design, {"deep": {"list": [1, 2.5, None]}}, sharding, order)
    assert own_request(json.loads(json.dumps(request_document(request)))) == request
