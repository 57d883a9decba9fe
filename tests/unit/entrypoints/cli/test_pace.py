"""The rate and the time left come from what was seen a moment ago."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.cli.pace import Pace, duration


def pace_of(*seen: tuple[float, int]) -> Pace:
    """Return the pace after these moments with their points."""
    pace = Pace()
    for at, points in seen:
        pace.add(at, points)
    return pace


def test_there_is_no_rate_before_a_point_has_come() -> None:
    """Nor a time left, whatever had ended when the watch began."""
    for pace in (Pace(), pace_of((0, 40)), pace_of((0, 40), (9, 40))):
        assert (pace.rate, pace.left(90)) == (None, None)


def test_points_before_the_first_sighting_count_for_nothing() -> None:
    """A sweep that is half done when the watch begins has the rate of what comes."""
    pace = pace_of((0, 50), (10, 60))
    assert (pace.rate, pace.left(100)) == (1.0, 40.0)


def test_the_rate_is_that_of_the_last_minute() -> None:
    """A sweep that was fast an hour ago, and is slow now, is slow."""
    fast = [(second, 100 * second) for second in range(100)]
    slow = [(100 + second, 10_000 + second) for second in range(100)]
    assert pace_of(*fast, *slow).rate == pytest.approx(1.0)


def test_where_points_come_seldom_the_last_few_steps_count() -> None:
    """Shards that end every five minutes have a rate, however often the sweep is looked at in between."""
    pace = pace_of(*((second, second // 300) for second in range(0, 3_001, 2)))
    assert pace.rate == pytest.approx(1 / 300)


def test_a_sweep_that_stands_still_becomes_slower() -> None:
    """The rate falls while nothing comes."""
    pace = pace_of((0, 0), (10, 100))
    pace.add(100, 100)
    assert pace.rate == 1.0


def test_a_retry_begins_anew() -> None:
    """Points that run again have not ended: what was seen before says nothing of them."""
    assert pace_of((0, 0), (10, 90), (20, 60)).rate is None
    pace = pace_of((0, 0), (10, 90), (20, 60), (30, 70))
    assert (pace.rate, pace.left(90)) == (1.0, 20.0)


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 1000)), min_size=1, max_size=200))
def test_the_rate_lies_between_the_slowest_and_the_fastest_step(steps: list[tuple[float, int]]) -> None:
    """However the points come, and however often they are looked at."""
    seen = [(0.0, 0)]
    for seconds, points in steps:
        seen.append((seen[-1][0] + seconds, seen[-1][1] + points))
    rates = [(later[1] - earlier[1]) / (later[0] - earlier[0]) for earlier, later in pairwise(seen)]
    rate = pace_of(*seen).rate
    if rate is None:
        assert seen[-1][1] == 0
    else:
        assert min(rates) * 0.999 <= rate <= max(rates) * 1.001


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0:00:00"),
        (59, "0:00:59"),
        (3_661, "1:01:01"),
        (172_799, "47:59:59"),
        (172_800, "2 days"),
        (31_557_600, "365 days"),
        (63_115_200, "2 years"),
        (1e13, "316,881 years"),
    ],
)
def test_a_duration_is_told_in_a_unit_that_people_can_grasp(seconds: float, text: str) -> None:
    """From two days on it is told in days, and from two years on in years."""
    assert duration(seconds) == text
