"""The pictures of what a request says beside its design: a condition, replicates, the order of the shards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from domain.designs.judged import Judged
from domain.dispatch_order import DispatchOrder
from infra.design_pictures.page import points_of, request_of
from infra.design_pictures.panel import Axis, Entry, Panel
from infra.design_pictures.sampled import X, Y
from infra.design_pictures.svg import box
from infra.design_pictures.table import bar, cells, table

_EVALUATED, _SKIPPED = Entry("evaluated"), Entry("skipped", "orange", hollow=True)
_STARTED, _NOT_YET = Entry("started"), Entry("not yet", "soft", hollow=True)
# A sheet of a stack: its width, its height, and from one to the next.
_SHEET, _NEXT = (13.0, 4.0), 6.0


def where() -> Iterator[str]:
    """Yield the points that a condition leaves and those that it skips, which keep their indices."""
    request = request_of("where")
    found = points_of(request.design)
    kept = [verdict is True for verdict in Judged(request.design, request.where).verdicts(0, len(found))]
    panel = Panel(X, Y)
    yield from panel.frame(f"{len(found)} points")
    yield from panel.legend(_EVALUATED, _SKIPPED)
    for point, is_kept in zip(found, kept, strict=True):
        yield from panel.marks([point], _EVALUATED if is_kept else _SKIPPED)
    yield from cells("their indices", kept, 8)


def replicates() -> Iterator[str]:
    """Yield each point as a stack with a sheet for each replicate, and the points as they are numbered."""
    found = points_of(request_of("replicates").design)
    panel = Panel(X, Y)
    stacks = [list(stack) for _, stack in groupby(found, itemgetter("x", "y"))]
    yield from panel.frame(f"{len(stacks)} points, {len(stacks[0])} replicates each")
    for stack in stacks:
        x, y = panel.at(stack[0])
        for number in range(len(stack)):
            yield _sheet(x, y + (number - len(stack) / 2 + 0.5) * _NEXT)
    yield from table("their order", found, 8)


def spread() -> Iterator[str]:
    """Yield where a sweep is after a quarter of its shards, in either order."""
    request = request_of("spread")
    plan, found = request.plan, points_of(request.design)
    across, up = (Axis.of(one) for one in request.design.parameters)
    shards = [plan.shard(number) for number in range(plan.shards)]
    for order in DispatchOrder:
        started = {shard.number for shard in order.shards(plan, shards)[: plan.shards // 4]}
        panel = Panel(across, up, on_right=order is DispatchOrder.SPREAD)
        yield from panel.frame(f"order: {order.value}, {len(started)} of {plan.shards} shards")
        yield from bar(plan.shards, started, on_right=panel.on_right)
        for shard in shards:
            yield from panel.marks(found[shard.start : shard.stop], _STARTED if shard.number in started else _NOT_YET)


def _sheet(x: float, y: float) -> str:
    width, height = _SHEET
    return box(x - width / 2, y - height / 2, _SHEET, "blue", hollow=False)
