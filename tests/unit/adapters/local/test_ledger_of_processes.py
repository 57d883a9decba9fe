"""The ledger in a file that several processes share: what each has accepted ends with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.places import Places
from domain.reasons import Reason
from domain.standing import Redo, Standing
from domain.sweep import ShardDone, ShardFailed
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_ACCEPTED = Dispatch(OutcomeKind.ACCEPTED, None, 0, 1.0)
_LATER = replace(_ACCEPTED, at=2.0)
_REJECTED = Dispatch(OutcomeKind.REJECTED, Reason.ACCESS_DENIED, 0, 1.0)
_UNKNOWN = Dispatch(OutcomeKind.UNKNOWN, Reason.NO_ANSWER, 0, 1.0)

# A process that has a block with an accepted and a rejected shard, claims it again, and waits to be killed.
_OTHER_PROCESS = """
import sys
from pathlib import Path
from adapters.local.sqlite_ledger import SqliteLedger
from adapters.machine.clock import SystemClock
from domain.block import Block, Dispatch
from domain.dispatch import OutcomeKind
from domain.reasons import Reason
ledger = SqliteLedger(Path(sys.argv[1]), SystemClock())
assert ledger.claim(sys.argv[2], 0, "other", 1e12)
accepted = Dispatch(OutcomeKind.ACCEPTED, None, 0, 1.0)
rejected = Dispatch(OutcomeKind.REJECTED, Reason.ACCESS_DENIED, 0, 1.0)
ledger.record(sys.argv[2], Block(0, {accepted: 0b1, rejected: 0b10}), "other")
assert ledger.claim(sys.argv[2], 0, "other", 1e12)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield a ledger with one sweep."""
    with closing(SqliteLedger(tmp_path, HandClock())) as ledger:
        ledger.open(_SWEEP)
        yield ledger


@pytest.fixture
def first(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield the ledger of a process that comes before; to close it has the same effect as to end the process."""
    with closing(SqliteLedger(tmp_path, HandClock())) as first:
        yield first


def _dispatch(ledger: SqliteLedger, dispatches: dict[Dispatch, Places]) -> None:
    """Claim the block, and record these dispatches beside those that the ledger has."""
    block = ledger.claim(_SWEEP.id, 0, "me", 60)
    assert block
    ledger.record(_SWEEP.id, replace(block, dispatches={**block.dispatches, **dispatches}), "me")


def _block(ledger: SqliteLedger) -> Block:
    return ledger.history(_SWEEP.id).blocks[0]


def _standing(ledger: SqliteLedger) -> Standing:
    return _block(ledger).standing(_SWEEP.plan, 0)


def test_acceptances_and_claims_end_with_their_process(ledger: SqliteLedger, tmp_path: Path) -> None:
    """Other processes see an acceptance and a claim until their process ends. A rejection stays in the ledger."""
    command = [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path), _SWEEP.id]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        during = _block(ledger)
        granted = ledger.claim(_SWEEP.id, 0, "me", 60)
        process.kill()
    assert during == Block(0, {_ACCEPTED: 0b1, _REJECTED: 0b10}, claimed=True)
    assert granted is None
    assert _block(ledger) == Block(0, {_REJECTED: 0b10})
    assert ledger.claim(_SWEEP.id, 0, "me", 60) == Block(0, {_REJECTED: 0b10}, claimed=True)


@pytest.mark.parametrize("dispatch", [_ACCEPTED, _UNKNOWN], ids=["accepted", "unknown"])
def test_a_closed_ledger_has_no_shard(ledger: SqliteLedger, first: SqliteLedger, dispatch: Dispatch) -> None:
    """What a process had, or may have had, is undispatched in every reading once it has ended."""
    _dispatch(first, {dispatch: 0b111})
    first.close()
    readings = (_block(ledger), ledger.blocks(_SWEEP.id, range(1))[0], ledger.look(_SWEEP.id, 0).block)
    assert {block.standing(_SWEEP.plan, 0).undispatched for block in readings} == {0b111111}


def test_marks_do_not_end_with_their_process(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """Shards that have ended stay so, in every generation, when the process that had them has ended."""
    _dispatch(first, {replace(_ACCEPTED, generation=1): 0b1111})
    first.mark_done(_SWEEP.id, ShardDone(0, 12, generation=1))
    first.mark_done(_SWEEP.id, ShardDone(1, 11, 1, generation=1))
    first.mark_failed(_SWEEP.id, ShardFailed(2, Reason.WORKER_DIED, "text", generation=1))
    first.close()
    standing = _standing(ledger)
    assert (standing.done, standing.partial, standing.failed, standing.undispatched) == (0b1, 0b10, 0b100, 0b111000)


def test_the_next_run_of_a_shard_has_a_later_generation(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """No end of an earlier run stands for the next one, also where the dispatch in between ended with its process."""
    for generation in range(3):
        _dispatch(first, {replace(_ACCEPTED, generation=generation): 0b1})
        first.mark_done(_SWEEP.id, ShardDone(0, 11, 1, generation=generation))
    first.close()
    (shard,) = (shard for shard in _block(ledger).runs(_SWEEP.plan, Redo.POINTS, 0) if shard.number == 0)
    assert shard.generation == 3
    assert ledger.look(_SWEEP.id, 0).block.end_of(shard) is None


def test_a_living_process_keeps_its_shards(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """Where another process dispatches further shards of a block, each shard ends with the process that has it."""
    _dispatch(first, {_ACCEPTED: 0b11})
    _dispatch(ledger, {_LATER: 0b1100})
    assert _block(ledger).dispatches == {_ACCEPTED: 0b11, _LATER: 0b1100}
    first.close()
    assert _block(ledger).dispatches == {_LATER: 0b1100}


def test_a_later_process_keeps_its_shards(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """The end of the process that came last leaves the earlier one's shards as they are."""
    _dispatch(ledger, {_ACCEPTED: 0b11})
    _dispatch(first, {_LATER: 0b1100})
    first.close()
    assert _block(ledger).dispatches == {_ACCEPTED: 0b11}


def test_a_shard_that_is_dispatched_anew_changes_hands(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """A group of which another process dispatches one shard anew keeps the others with the process that has them."""
    _dispatch(first, {_ACCEPTED: 0b111})
    _dispatch(ledger, {_ACCEPTED: 0b101, _LATER: 0b10})
    first.close()
    assert _block(ledger).dispatches == {_LATER: 0b10}


def test_shards_dispatched_at_the_same_moment_are_told_apart(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """Two processes may dispatch shards of one block alike, at the same moment: each shard has its own process."""
    _dispatch(first, {_ACCEPTED: 0b1})
    _dispatch(ledger, {_ACCEPTED: 0b11})
    assert _block(ledger).dispatches == {_ACCEPTED: 0b11}
    first.close()
    assert _block(ledger).dispatches == {_ACCEPTED: 0b10}


def test_a_shard_dispatched_again_at_the_same_moment_is_the_next_processs(
    ledger: SqliteLedger, first: SqliteLedger
) -> None:
    """A claim forgets what dead processes had: the same dispatch is then that of the living one."""
    _dispatch(first, {_ACCEPTED: 0b1})
    first.close()
    _dispatch(ledger, {_ACCEPTED: 0b1})
    assert _block(ledger).dispatches == {_ACCEPTED: 0b1}


def test_a_process_that_dies_during_a_claim_leaves_nothing(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """Its shards do not become those of the process that has the claim, and records what it was told."""
    _dispatch(first, {_ACCEPTED: 0b1})
    block = ledger.claim(_SWEEP.id, 0, "me", 60)
    assert block
    first.close()
    ledger.record(_SWEEP.id, replace(block, dispatches={**block.dispatches, _LATER: 0b10}), "me")
    assert _block(ledger).dispatches == {_LATER: 0b10}


def test_what_no_worker_has_does_not_end_with_its_process(ledger: SqliteLedger, first: SqliteLedger) -> None:
    """Rejections stay, whichever process records the block afterwards, and whichever ends."""
    _dispatch(first, {_REJECTED: 0b1})
    _dispatch(ledger, {_ACCEPTED: 0b10})
    first.close()
    assert _block(ledger).dispatches == {_REJECTED: 0b1, _ACCEPTED: 0b10}
