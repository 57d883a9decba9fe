"""Planning a sweep: the same checks as a submission, and the payload that a worker would get."""

from __future__ import annotations

import json
from functools import partial

import pytest

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads
from application.plan_sweep import PlanSweep
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.limits import Limits
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.values import Values
from tests.fakes.desk import Desk
from tests.fakes.sweeps import sweep_of

POINTS = SweepRequest("demo", "toy:f", PointList(("x",), tuple((n,) for n in range(6))), {}, ShardCount(3))
GRID = sweep_of(6, 3).request


@pytest.mark.parametrize("request_", [pytest.param(GRID, id="grid"), pytest.param(POINTS, id="points")])
def test_a_planned_payload_is_one_that_a_worker_accepts(request_: SweepRequest) -> None:
    """Every shard's payload reads back as that shard's task, and is as long as the submitted one."""
    planned = PlanSweep(Limits(10, 1000))(request_)
    submitted = Desk().submit(request_, None, no_deadline).sweep
    for shard in request_.plan:
        payload = planned.payload(shard)
        assert read_payload(json.loads(payload)).shard == shard
        assert len(payload) == len(Payloads(submitted).of(shard)) <= planned.largest_payload()


def test_the_payload_of_a_request_without_a_target_is_refused() -> None:
    """No worker accepts it; the plan itself needs no target."""
    planned = PlanSweep(Limits(10, 1000))(SweepRequest("demo", None, POINTS.design))
    assert planned.request.plan.shards == 6
    with pytest.raises(InvalidSweep, match="target: is missing"):
        planned.payload(planned.request.plan.shard(0))


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(Limits(2, 1000), id="too many shards"),
        pytest.param(Limits(10, 50), id="a payload too large"),
        pytest.param(Limits(10, 1000, frozenset({"toy:g"})), id="a target that is not allowed"),
        pytest.param(Limits(10, 1000, max_points_per_shard=1), id="too many points in a shard"),
    ],
)
@pytest.mark.parametrize("request_", [pytest.param(GRID, id="grid"), pytest.param(POINTS, id="points")])
def test_a_plan_and_a_submission_refuse_alike(limits: Limits, request_: SweepRequest) -> None:
    """A dry run that passes is a submission that passes: both have the same problems."""
    with pytest.raises(InvalidSweep) as planned:
        PlanSweep(limits)(request_)
    with pytest.raises(InvalidSweep) as submitted:
        Desk(limits=limits).submit(request_, None, no_deadline)
    assert planned.value.problems == submitted.value.problems


def test_a_sweep_that_can_never_end_is_refused() -> None:
    """64 parameters of five values in 100 shards: the plan, the dry run and the submission say what to do instead."""
    values = Values((1, 2, 3, 4, 5))
    design = Grid(tuple(Parameter(f"p{number}", values) for number in range(64)))
    endless = SweepRequest("demo", "toy:f", design, {}, ShardCount(100))
    desk = Desk()
    message = (
        "sharding: gives shards of about 10^42 points, and at most 1,000,000 are allowed here; "
        "a sweep can have 10,000,000,000 points here: use fewer values"
    )
    for call in (
        partial(PlanSweep(Limits(10_000, 1_000_000)), endless),
        partial(desk.sweeps.plan, endless),
        partial(desk.sweeps.submit, endless, None, no_deadline),
    ):
        with pytest.raises(InvalidSweep) as raised:
            call()
        assert str(raised.value) == message
    assert desk.ledger.heads(1).heads == ()
