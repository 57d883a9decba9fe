"""A shard in stretches: its points in order, each once, and few of those that are skipped among the others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.execute_shard import evaluate
from application.meter import Meter
from application.stretches import stretches
from domain.conditions.undecided import ConditionUndecided
from domain.task import ShardTask
from tests.fakes.forks import NoForks
from tests.fakes.sweeps import sweep_of, task_of


def task(size: int, where: str | None) -> ShardTask:
    """Return the second of three shards over `0..size-1`."""
    sweep = sweep_of(size, 3)
    return task_of(replace(sweep, request=sweep.request.constrained(where)), 1)


def squared(x: int) -> int:
    """Return the square of x."""
    return x * x


@given(st.integers(3, 400), st.sets(st.integers(0, 400), min_size=1, max_size=9), st.integers(1, 40))
def test_the_stretches_are_the_shard(size: int, kept: set[int], step: int) -> None:
    """Together they have every point once, in order, with its verdict; none is empty."""
    made = task(size, f"x in {sorted(kept)} or x % {step} == 0 and 1 / (x - {max(kept)}) != 0")
    parts = list(stretches(made))
    assert [parts[0].start, parts[-1].stop] == [made.shard.start, made.shard.stop]
    assert all(one.stop == other.start for one, other in pairwise(parts))
    verdicts = [verdict for one in parts for verdict in one.verdicts or [False] * (one.stop - one.start)]
    assert list(map(str, verdicts)) == list(map(str, made.verdicts()))
    assert all(one.verdicts is None or next(iter(one.verdicts)) is not False for one in parts)


@given(st.integers(3, 400), st.integers(1, 60), st.integers(0, 60))
def test_the_lines_are_those_of_single_points(size: int, step: int, rest: int) -> None:
    """However a shard falls into stretches, each point has the line that it has alone, and a kept line stays."""
    made = task(size, f"x % {step} == {rest} or 100 < x < 130 and 1 / (x - 111) < 2")
    points = range(made.shard.start, made.shard.stop)
    alone = [replace(made, shard=replace(made.shard, start=index, stop=index + 1)) for index in points]
    expected = [line for one in alone for line in evaluate(one, squared, Meter(), NoForks())]
    assert list(evaluate(made, squared, Meter(), NoForks())) == expected
    kept = [f"kept {index}\n" if index % 2 else None for index in points]
    again = list(evaluate(made, squared, Meter(), NoForks(), kept))
    values = ['"value"' in line for line in expected]
    changed = [before if before and value else line for before, value, line in zip(kept, values, expected, strict=True)]
    assert again == changed


@pytest.mark.parametrize(
    ("where", "shapes"),
    [
        pytest.param(None, [(30_000, False)], id="no condition"),
        pytest.param("x < 0", [(30_000, True)], id="all skipped"),
        pytest.param("x % 16 == 0", [(4097, False), (15, True)] * 7 + [(1201, False), (15, True)], id="short gaps"),
        pytest.param("x == 30000 or x == 59999", [(1, False), (29_998, True), (1, False)], id="a long gap"),
        pytest.param("x == 31000", [(1000, True), (1, False), (28_999, True)], id="one point"),
    ],
)
def test_a_gap_is_left_out_and_a_long_stretch_is_cut(where: str | None, shapes: list[tuple[int, bool]]) -> None:
    """What a condition skips together is not walked, and so many verdicts are not held as the shard has points."""
    parts = [(one.stop - one.start, one.verdicts is None) for one in stretches(task(90_000, where))]
    assert parts == shapes


def test_a_point_without_an_answer_is_evaluated_with_the_others() -> None:
    """It has a line with its point."""
    (before, one, after) = stretches(task(300, "1 / (x - 150) > 7"))
    assert (before.verdicts, after.verdicts) == (None, None)
    assert [type(verdict) for verdict in one.verdicts or ()] == [ConditionUndecided]
