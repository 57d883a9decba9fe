"""Planning a sweep: the same checks as a submission, and the payload that a worker would get."""

from __future__ import annotations

import json

import pytest

from adapters.documents.payload import read_payload
from application.documents.payload import Payloads
from application.plan_sweep import PlanSweep
from domain.designs.point_list import PointList
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.limits import Limits
from domain.request import SweepRequest
from tests.fakes.desk import Desk
from tests.fakes.sweeps import sweep_of

POINTS = SweepRequest("demo", "toy:f", PointList(("x",), tuple((n,) for n in range(6))))
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
