"""`sweep failures` explains: causes with counts, examples, rules and the next commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.explanation import Condition
from domain.reasons import Reason
from domain.sweep import ShardFailed
from entrypoints.cli.failures import condition_text
from tests.fakes.clock import HandClock
from tests.fakes.folders import run_in
from tests.fakes.published import check_printed
from tests.fakes.sweeps import sweep_of

SWEEP = sweep_of(400, 4)
Sweep = Callable[..., Any]


def target(x: int) -> int:
    """Fail for two causes, one of which no rule describes."""
    if x < 50:
        raise ValueError(f"no\n  root of {x}")
    if x in {100, 150, 160, 170, 180}:
        raise KeyError("key")
    return x


def test_causes_are_told_with_counts_examples_and_rules(tmp_path: Path, sweep: Sweep) -> None:
    """Each ends with the command that evaluates its example; shards without results have their reasons."""
    results = run_in(tmp_path, SWEEP, target, [0, 1, 2])
    (results / "00000002.jsonl.gz").write_bytes(b"no gzip")
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        ledger.mark_failed(SWEEP.id, ShardFailed(3, Reason.WORKER_DIED, "killed\n(signal 9)"))
    answer = sweep("failures", "demo", "--out", str(tmp_path))
    words = f"{SWEEP.id} --out {tmp_path}"
    assert answer.out.splitlines() == [
        f"{SWEEP.id}: 55 of 200 points that have a result failed, for 2 causes",
        "  50 points: ValueError: no root of 0  (or with other numbers)",
        "    all 50 where x <= 49",
        "    first:   point 0, x=0",
        f"    by hand: sweep point {SWEEP.id} 0 --out {tmp_path}",
        "  5 points: KeyError: 'key'",
        "    first:   point 100, x=100",
        f"    by hand: sweep point {SWEEP.id} 100 --out {tmp_path}",
        "  1 shard without results, 100 points: WorkerDied: killed (signal 9)  (first: shard 3)",
        f"note: the results of 1 shard could not be read to the end; see: sweep verify {words}",
        f"next:    sweep retry {words}    # evaluates what has no value",
    ]
    assert answer.code == 1
    document = check_printed("failures", sweep("failures", "demo", "--out", str(tmp_path), "--json").out)
    assert [(one["points"], one["rule"], one["text"]) for one in document["causes"]] == [
        (50, [{"parameter": "x", "high": 49}], "all 50 where x <= 49"),
        (5, None, None),
    ]
    assert document["causes"][0]["example"] == {"index": 0, "point": {"x": 0}}
    assert document["without_results"][0]["shards"] == 1
    assert document["unread_shards"] == [[2, 2]]


def test_a_sweep_without_failures_ends_with_0(tmp_path: Path, sweep: Sweep) -> None:
    """There is nothing to explain."""
    run_in(tmp_path, SWEEP, lambda **_: 1)
    answer = sweep("failures", "latest", "--out", str(tmp_path))
    assert (answer.code, answer.out) == (0, f"{SWEEP.id}: 0 of 400 points that have a result failed\n")


def test_many_causes_and_pages_are_told_to_their_end(tmp_path: Path, sweep: Sweep) -> None:
    """Causes beyond those that are explained are counted; failed shards fill more than a page."""
    many = sweep_of(400, 200)

    def fails(x: int) -> int:
        raise ValueError("m" * x)

    run_in(tmp_path, many, fails, range(20))
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        for shard in range(40, 190):
            ledger.mark_failed(many.id, ShardFailed(shard, Reason.WORKER_DIED, "killed"))
    out = sweep("failures", "latest", "--out", str(tmp_path)).out
    assert "  ... and 20 points for further causes\n" in out
    assert "  150 shards without results, 300 points: WorkerDied: killed  (first: shard 40)\n" in out


def test_where_all_points_fail_so_that_is_said(tmp_path: Path, sweep: Sweep) -> None:
    """The rule has no condition."""

    def fails(x: int) -> int:
        raise ValueError("no")

    run_in(tmp_path, SWEEP, fails)
    assert "    every point that has a result\n" in sweep("failures", "latest", "--out", str(tmp_path)).out


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition("drag", (0,)), "drag = 0"),
        (Condition("text", ("a b", None, True)), 'text in ["a b",null,true]'),
        (Condition("angle", low=81.5), "angle >= 81.5"),
        (Condition("angle", high=3), "angle <= 3"),
        (Condition("angle", low=1, high=3), "1 <= angle <= 3"),
    ],
)
def test_conditions_are_written_as_people_write_them(condition: Condition, text: str) -> None:
    """Values are as JSON has them."""
    assert condition_text(condition) == text
