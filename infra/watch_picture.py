"""Draws the picture of `sweep watch` for the README: `make picture`.

python -m infra.watch_picture
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.failure import Failure, FailureGroup
from domain.places import BLOCK_SHARDS, blocks_of
from domain.plan import Plan
from domain.progress import History, Progress
from domain.reasons import Reason
from domain.shard_map import ShardMap
from domain.sweep import SweepHead
from entrypoints.cli.picture import picture
from entrypoints.cli.snapshot import Snapshot

PICTURE = Path(__file__).parent.parent / "docs" / "watch.svg"
_COLUMNS, _LINES = 86, 20
_SWEEP = "projectile-0c5v1kq8m2ta"
# 100 points a shard.
_PLAN = Plan(58_800, 588)
# How many shards are done, have been dispatched, and have failed or have errors, and at how many points.
_DONE, _SENT = 371, 560
_LATE = (301, 317, 322, 340, 347, 352, 353, 361, 366, 369)
_ERRORS = {41: 7, 83: 12, 84: 18, 167: 9, 168: 22, 251: 14, 252: 31, 335: 11, 336: 26}
_FAILED = (122, 290)


def svg() -> str:
    """Return the picture of a sweep that is half done."""
    console = Console(
        width=_COLUMNS,
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        _environ={},
    )
    for line in picture(_snapshot(), _COLUMNS, _LINES):
        console.print(line, no_wrap=True, highlight=False)
    return console.export_svg(title=f"sweep watch {_SWEEP}", theme=MONOKAI, unique_id="watch")


def _snapshot() -> Snapshot:
    history = History(
        SweepHead(_SWEEP, _PLAN, 0.0), cancelled=False, blocks={number: _block(number) for number in blocks_of(_PLAN)}
    )
    progress = Progress.of(history, 0.0)
    rate = 412.0
    return Snapshot(
        _SWEEP,
        progress,
        ShardMap.of(history, 0.0, _PLAN.shards),
        (
            _group(_PLAN.size_of(0) * len(_FAILED), len(_FAILED), Reason.WORKER_DIED.value, "killed by SIGKILL"),
            _group(sum(_ERRORS.values()), len(_ERRORS), "ValueError", "no landing: drag=0 and angle > 80"),
        ),
        progress.settled,
        progress.failed,
        rate,
        (progress.size - progress.settled) / rate,
    )


def _block(number: int) -> Block:
    unclean = {*_LATE, *_ERRORS, *_FAILED}
    first = number * BLOCK_SHARDS
    return Block(
        number,
        {Dispatch(OutcomeKind.ACCEPTED, None, 0, 1.0): _places(first, range(_SENT))},
        done=_places(first, [shard for shard in range(_DONE) if shard not in unclean]),
        errors={0: {shard - first: points for shard, points in _ERRORS.items() if 0 <= shard - first < BLOCK_SHARDS}},
        failed={0: _places(first, _FAILED)},
    )


def _places(first: int, shards: Iterable[int]) -> int:
    return sum(1 << shard - first for shard in shards if 0 <= shard - first < BLOCK_SHARDS)


def _group(points: int, shards: int, reason: str, message: str) -> FailureGroup:
    return FailureGroup(shards, points, Failure(0, points, reason, message))


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
