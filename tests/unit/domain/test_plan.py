"""The laws of a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidSweep
from domain.plan import DefaultSharding, MaxPointsPerShard, Plan, ShardCount, make_plan

sizes = st.integers(1, 400)
huge = st.integers(1, 10**40)


@st.composite
def plans(draw: st.DrawFn, size: st.SearchStrategy[int] = sizes) -> Plan:
    """Return any plan."""
    points = draw(size)
    return Plan(points, draw(st.integers(1, points)))


@given(plans())
def test_shards_cover_every_point_exactly_once_and_in_order(plan: Plan) -> None:
    """The shards are disjoint, in order, and their union is `0..size-1`."""
    shards = list(plan)
    assert [index for shard in shards for index in range(shard.start, shard.stop)] == list(range(plan.size))
    assert [shard.number for shard in shards] == list(range(plan.shards))


@given(plans(huge), st.data())
def test_shards_are_balanced_within_one_and_adjacent(plan: Plan, data: st.DataObject) -> None:
    """At any size, shards differ by at most one point, and each starts where the previous one stops."""
    shard = plan.shard(data.draw(st.integers(0, plan.shards - 1)))
    smallest, largest = plan.points_per_shard
    assert 1 <= smallest <= shard.size <= largest <= smallest + 1
    assert plan.size_of(shard.number) == shard.size
    assert shard.start == (plan.shard(shard.number - 1).stop if shard.number else 0)
    assert shard.number < plan.shards - 1 or shard.stop == plan.size


@given(plans(huge), st.data())
def test_shard_of_is_the_inverse_of_shard(plan: Plan, data: st.DataObject) -> None:
    """`shard_of` returns the shard that contains the point, from its first point to its last."""
    index = data.draw(st.integers(0, plan.size - 1))
    shard = plan.shard_of(index)
    assert shard.start <= index < shard.stop
    assert plan.shard_of(shard.start) == plan.shard_of(shard.stop - 1) == plan.shard(shard.number) == shard


@given(huge, huge)
def test_max_points_per_shard_makes_as_few_shards_as_possible(size: int, most: int) -> None:
    """No shard has more points than the maximum, and one shard fewer would exceed it."""
    plan = make_plan(size, MaxPointsPerShard(most))
    assert plan.points_per_shard[1] <= most
    assert (plan.shards - 1) * most < size


@given(huge)
def test_the_default_sharding(size: int) -> None:
    """256 shards; fewer if there are fewer points; more if a shard would exceed 10,000 points. Always the same."""
    plan = make_plan(size, DefaultSharding())
    assert plan == make_plan(size, DefaultSharding())
    assert plan.shards == max(min(size, 256), -(-size // 10_000))
    assert plan.points_per_shard[1] <= 10_000


def test_a_shard_count_is_exact() -> None:
    """The plan has exactly that many shards."""
    assert make_plan(7, ShardCount(3)).shards == 3


@given(st.integers(1, 99), st.integers(-5, 200))
def test_impossible_plans_are_refused(size: int, shards: int) -> None:
    """A plan has at least one shard, and at least one point in each."""
    if 1 <= shards <= size:
        assert Plan(size, shards).shards == shards
        return
    with pytest.raises(InvalidSweep, match=r"sharding\.shards"):
        Plan(size, shards)


@given(st.integers(-5, 0))
def test_shardings_below_one_are_refused(count: int) -> None:
    """A sharding needs at least one shard, or at least one point a shard."""
    with pytest.raises(InvalidSweep, match=r"sharding\.shards: must be at least 1"):
        ShardCount(count)
    with pytest.raises(InvalidSweep, match=r"sharding\.max_points_per_shard: must be at least 1"):
        MaxPointsPerShard(count)


@given(plans(), st.integers(0, 5))
def test_a_number_or_index_outside_a_plan_is_an_error(plan: Plan, beyond: int) -> None:
    """`shard` and `shard_of` raise `IndexError` outside their range."""
    for number in (-1 - beyond, plan.shards + beyond):
        with pytest.raises(IndexError, match="no shard"):
            plan.shard(number)
    for index in (-1 - beyond, plan.size + beyond):
        with pytest.raises(IndexError, match="no point"):
            plan.shard_of(index)
