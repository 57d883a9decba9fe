"""Where there is no terminal, a run writes a line now and then."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from application.describe_sweep import Description
from application.ports.engine import EngineCounts
from domain.block import Block
from domain.plan import Plan
from domain.progress import History, Progress
from domain.sweep import SweepHead
from entrypoints.cli.pace import duration
from entrypoints.cli.progress_report import progress_report

HEAD = SweepHead("toy-1", Plan(10_000, 10), 0.0)


@dataclass
class Clock:
    """A clock that tests set."""

    now: float = 100.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now


def _before(done: int, failed: int) -> Description:
    """Return a sweep of which so many of the shards are done, and others have failed, all of 1,000 points."""
    block = Block(0, done=(1 << done) - 1, failed={0: ((1 << failed) - 1) << done})
    return Description(HEAD, Progress.of(History(HEAD, cancelled=False, blocks={0: block}), 0.0), "here")


def test_a_line_comes_twice_a_minute() -> None:
    """It has the points and failures of this run and of earlier ones, the rate of this run, and the time left."""
    lines: list[str] = []
    clock = Clock()
    with progress_report(_before(2, 1), lines.append, clock) as show:
        for second in range(61):
            clock.now = 100.0 + second
            show(EngineCounts(done=second * 10, failed=second))
    assert lines == [
        "toy-1: 3,330 of 10,000 points, 11.0/s, 1,030 failed, 0:10:06 left",
        "toy-1: 3,660 of 10,000 points, 11.0/s, 1,060 failed, 0:09:36 left",
    ]


def test_a_short_run_writes_none() -> None:
    """Before half a minute is over there is no line, and without a point no time left."""
    lines: list[str] = []
    clock = Clock()
    with progress_report(_before(0, 0), lines.append, clock) as show:
        clock.now += 29.9
        show(EngineCounts(done=9))
        assert lines == []
        clock.now += 0.1
        show(EngineCounts())
    assert lines == ["toy-1: 0 of 10,000 points, 0.0/s, 0 failed"]


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
