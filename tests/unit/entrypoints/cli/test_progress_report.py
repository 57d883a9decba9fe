"""Where there is no terminal, a command writes a line now and then."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from entrypoints.cli.progress_report import ProgressReport, line_of
from entrypoints.cli.snapshot import Snapshot
from tests.fakes.snapshots import snapshot_of
from tests.fakes.stopwatch import Stopwatch


def test_a_line_comes_at_most_twice_a_minute() -> None:
    """It has the state, the points, the failures, the rate and the time left."""
    lines: list[str] = []
    clock = Stopwatch()
    report = ProgressReport(lines.append, clock, first=0.0)
    for done in range(61):
        report.show(snapshot_of(10_000, 100, done, failed=2))
        clock.now += 1
    assert lines == [
        "lab-000000000001: running, 200 of 10,000 points (2 %), 200 failed",
        "lab-000000000001: running, 3,200 of 10,000 points (32 %), 200 failed, 0:09:04 left, 12.5/s",
        "lab-000000000001: running, 6,200 of 10,000 points (62 %), 200 failed, 0:05:04 left, 12.5/s",
    ]


def test_skipped_points_are_told_after_the_failed_ones() -> None:
    """Where there are none, nothing is said of them."""
    snapshot = replace(snapshot_of(90, 30, 12), skipped=1_234, rate=None, left=None)
    assert line_of(snapshot) == "lab-000000000001: running, 36 of 90 points (40 %), 0 failed, 1,234 skipped"


def test_what_was_said_is_not_said_again() -> None:
    """While nothing comes there is no line; a lost connection is news."""
    lines: list[str] = []
    clock = Stopwatch()
    report = ProgressReport(lines.append, clock, first=0.0)
    known = snapshot_of(90, 30, 12)
    for note in ("", "", "connection lost", "connection lost", ""):
        report.show(replace(known, note=note, rate=clock.now))
        clock.now += 30
    assert len(lines) == 3
    assert lines[1].endswith(", connection lost")


def test_the_end_is_told() -> None:
    """At once, however short ago the line before was."""
    lines: list[str] = []
    report = ProgressReport(lines.append, Stopwatch(), first=0.0)
    report.show(snapshot_of(90, 30, 12))
    report.show(snapshot_of(90, 30, 30))
    report.end()
    report.end()
    assert [line.split(", ")[0] for line in lines] == ["lab-000000000001: running", "lab-000000000001: done"]


def test_what_takes_a_moment_writes_no_line() -> None:
    """A run writes its first line after half a minute, and none at the end of a shorter one."""
    lines: list[str] = []
    clock = Stopwatch()
    report = ProgressReport(lines.append, clock)
    clock.now += 29.9
    report.show(snapshot_of(90, 30, 30))
    report.end()
    assert lines == []


def test_a_sweep_without_an_answer_has_a_line() -> None:
    """It says since when none came."""
    lines: list[str] = []
    ProgressReport(lines.append, Stopwatch(), first=0.0).show(Snapshot("lab-1", note="connection lost"))
    assert lines == ["lab-1: connection lost"]


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 30)), max_size=50))
def test_two_lines_are_half_a_minute_apart_and_differ(shown: list[tuple[float, int]]) -> None:
    """Whenever snapshots come, and whatever they say."""
    clock = Stopwatch()
    moments: list[tuple[float, str]] = []
    report = ProgressReport(lambda line: moments.append((clock.now, line)), clock, first=0.0)
    for seconds, done in shown:
        clock.now += seconds
        report.show(snapshot_of(90, 30, done))
    for (earlier, said), (later, says) in pairwise(moments):
        assert later - earlier >= 30
        assert says != said
