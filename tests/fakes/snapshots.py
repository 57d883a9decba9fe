"""Snapshots of sweeps, as a screen shows them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.failure import Failure, FailureGroup
from domain.places import BLOCK_SHARDS
from domain.plan import Plan
from domain.progress import History, Progress
from domain.shard_map import ShardMap
from domain.sweep import SweepHead
from entrypoints.cli.snapshot import Snapshot

_SENT = Dispatch(OutcomeKind.ACCEPTED, None, 0, 5.0)
_WHOLE = (1 << BLOCK_SHARDS) - 1


def snapshot_of(
    points: int = 90,
    shards: int = 30,
    done: int = 0,
    *,
    sweep_id: str = "lab-000000000001",
    failed: int = 0,
    groups: tuple[FailureGroup, ...] = (),
    note: str = "",
) -> Snapshot:
    """Return a running sweep of which the first shards are done, and the next have failed; all others run."""
    blocks = {
        number: Block(
            number,
            {_SENT: _WHOLE},
            done=_places(done - number * BLOCK_SHARDS),
            failed={0: _places(done + failed - number * BLOCK_SHARDS)},
        )
        for number in range(-(-shards // BLOCK_SHARDS))
    }
    history = History(SweepHead(sweep_id, Plan(points, shards), 0.0), cancelled=False, blocks=blocks)
    progress = Progress.of(history, 0.0)
    return Snapshot(
        sweep_id,
        progress,
        ShardMap.of(history, 0.0, 2_000),
        groups,
        progress.settled,
        progress.failed,
        rate=12.5 if done else None,
        left=(points - progress.settled) / 12.5 if done else None,
        note=note,
    )


def group(points: int, reason: str = "ValueError", message: str = "no root") -> FailureGroup:
    """Return failures of so many points for one cause."""
    return FailureGroup(1, points, Failure(0, points, reason, message, index=0))


def _places(count: int) -> int:
    """Return the first places of a block, at most so many."""
    return (1 << min(max(count, 0), BLOCK_SHARDS)) - 1


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Draw a snapshot with texts of any kind."""
    shards = draw(st.integers(1, 700))
    done = draw(st.integers(0, shards))
    texts = st.text(max_size=120)
    groups = draw(st.lists(st.builds(group, st.integers(1, 10**9), st.just("ValueError"), texts), max_size=8))
    if draw(st.booleans()):
        return Snapshot("lab-000000000001", note=draw(texts))
    drawn = snapshot_of(
        draw(st.integers(shards, 10**18)),
        shards,
        done,
        sweep_id=draw(st.sampled_from(["n" * 64 + "-000000000001", "a-000000000001"])),
        failed=draw(st.integers(0, shards - done)),
        groups=tuple(groups),
        note=draw(st.just("") | texts),
    )
    return replace(drawn, skipped=draw(st.just(0) | st.integers(0, 10**18)))
