"""The picture of a sweep fits every terminal, and says without colour what it says with it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shard_map import LETTERS, ShardMap
from entrypoints.cli.map_lines import map_lines
from entrypoints.cli.picture import last_line, picture
from entrypoints.cli.snapshot import Snapshot
from tests.fakes.snapshots import group, snapshot_of, snapshots

RUNNING = snapshot_of(90, 30, 12, failed=1, groups=(group(2), group(1, "worker_died", "killed\nby signal 9")))


def texts(snapshot: Snapshot, width: int, height: int) -> list[str]:
    """Return the lines of the picture as text, without colour."""
    return [line.plain for line in picture(snapshot, width, height)]


@given(snapshot=snapshots(), width=st.integers(1, 250), height=st.integers(1, 60))
def test_the_picture_fits(snapshot: Snapshot, width: int, height: int) -> None:
    """No line is wider than the terminal, no text moves its cursor, and there are no more lines than it has."""
    lines = picture(snapshot, width, height)
    assert 1 <= len(lines) <= height
    for line in [*lines, last_line(snapshot, width)]:
        assert line.cell_len <= width
        assert line.plain.isprintable()


@given(snapshot=snapshots(), width=st.integers(20, 250), height=st.integers(4, 60))
def test_what_matters_most_is_always_there(snapshot: Snapshot, width: int, height: int) -> None:
    """From 20 columns and 5 lines on, one of which is the cursor's, there are the state, the percent and the name."""
    lines = texts(snapshot, width, height)
    assert snapshot.sweep_id[:1] in lines[0]
    assert lines[0].startswith(snapshot.state)
    assert snapshot.progress is None or any(f"{snapshot.percent} %" in line for line in lines)


@given(
    cells=st.text(alphabet=list(LETTERS), min_size=1, max_size=2_000),
    per_cell=st.integers(1, 10**6),
    width=st.integers(1, 250),
    lines=st.integers(0, 20),
)
def test_the_map_stands_with_its_legend_or_not_at_all(cells: str, per_cell: int, width: int, lines: int) -> None:
    """Row by row it is the whole map in fewer cells, and each of its letters is explained below."""
    made = [line.plain for line in map_lines(ShardMap(per_cell, cells), width, lines)]
    assert len(made) <= lines
    rows = [line.split()[-1] for line in made if re.fullmatch(r"( *[0-9,]+ )?[FOER.D]+", line)]
    legend = " ".join(made[len(rows) :])
    drawn = "".join(rows)
    assert drawn == (ShardMap(per_cell, cells).at_most(len(drawn)).cells if made else "")
    assert all(f"{letter} {LETTERS[letter]}" in legend for letter in drawn)


def test_a_wide_terminal_has_it_all() -> None:
    """State, name, bar, points, failures, time left, rate, shards, causes, the map and its legend."""
    assert texts(RUNNING, 80, 23) == [
        "running  lab-000000000001",
        "━━━━━━━━━━━━━━━━━─────────────────────── 39 of 90 points (43 %), 3 failed",
        "0:00:04 left, 12.5/s",
        "12 of 30 shards done, 1 failed, 17 running",
        "2 points in 1 shard: ValueError: no root",
        "1 point in 1 shard: worker_died: killed by signal 9",
        " 0 DDDDDDDDDDDDFRRRRRRRRRRRRRRRRR",
        "F failed  R running  D done",
    ]


def test_a_narrow_terminal_has_all_that_fits() -> None:
    """At 20 columns there is no bar and no rate, and the causes are cut."""
    assert texts(RUNNING, 20, 23) == [
        "running  lab-000000…",
        "43 %, 3 failed",
        "0:00:04 left, 12.5/s",
        "12 of 30 shards done",
        "2 points in 1 shard…",
        "1 point in 1 shard:…",
        "DDDDDDDDDDDDFRRRRRRR",
        "RRRRRRRRRR",
        "F failed  R running",
        "D done",
    ]


def test_a_low_terminal_has_the_figures() -> None:
    """On five lines, one of which is the cursor's, there is neither a cause nor a map."""
    assert texts(RUNNING, 40, 4) == [
        "running  lab-000000000001",
        "39 of 90 points (43 %), 3 failed",
        "0:00:04 left, 12.5/s",
        "12 of 30 shards done, 1 failed",
    ]


def test_many_shards_share_a_cell() -> None:
    """Each row begins with the number of its first shard; the legend says how many shards a cell is."""
    lines = texts(snapshot_of(10**6, 1_000, 500), 60, 7)
    assert lines[-3:] == ["    0 " + "D" * 50, "  500 " + "R" * 50, "R running  D done  a cell is 10 shards"]


def test_a_lost_connection_stands_above_the_last_figures() -> None:
    """Also where there are few lines."""
    lost = "connection lost, trying again since 14:03:22: no answer"
    assert texts(snapshot_of(note=lost), 80, 4)[1] == lost
    assert texts(Snapshot("lab-1", note=lost), 80, 4) == ["lab-1", lost]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        pytest.param(
            9, ["9 points", "8 points", "7 points", "6 points", "5 points", "... and 3 more causes"], id="tall"
        ),
        pytest.param(3, ["9 points", "8 points", "... and 6 more causes"], id="low"),
        pytest.param(1, ["9 points"], id="one line"),
        pytest.param(0, [], id="none"),
    ],
)
def test_the_causes_that_cost_the_most_points_come_first(lines: int, shown: list[str]) -> None:
    """Of the lines below the figures, causes may have a third."""
    many = snapshot_of(groups=tuple(group(points) for points in range(9, 1, -1)))
    found = [line for line in texts(many, 80, 3 + 3 * lines) if "points in" in line or "more cause" in line]
    assert [line.split(" in ")[0] for line in found] == shown


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (200, "lab-000000000001 " + "━" * 17 + "─" * 23 + " 39 of 90 points (43 %), 3 failed, 0:00:04 left, 12.5/s"),
        (76, "lab-000000000001 39 of 90 points (43 %), 3 failed, 0:00:04 left, 12.5/s"),
        (40, "lab-00000000… 43 %, 3 failed"),
        (20, "lab-0… 43 %"),
    ],
)
def test_one_line_stays(width: int, line: str) -> None:
    """It has the name, the points and the failures, whatever else fits."""
    assert last_line(RUNNING, width).plain == line
