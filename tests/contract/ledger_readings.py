"""What the ledger's suites write and read of one block and of the ends in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from application.ports.ledger import Ledger
from domain.block import Block, Dispatch
from domain.dispatch import Outcome, OutcomeKind
from domain.places import Places
from domain.standing import Redo, Standing
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep

NOW = 1_700_000_000.0


def accepted(generation: int = 0, at: float = NOW) -> Dispatch:
    """Return an acceptance in this generation."""
    return Dispatch(OutcomeKind.ACCEPTED, None, generation, at)


def mark(ledger: Ledger, sweep: Sweep, *ends: ShardEnd) -> None:
    """Mark these ends, in this order."""
    for end in ends:
        if isinstance(end, ShardDone):
            ledger.mark_done(sweep.id, end)
        else:
            ledger.mark_failed(sweep.id, end)


def dispatch(
    ledger: Ledger, sweep: Sweep, dispatches: Mapping[Dispatch, Places], number: int = 0, owner: str = "me"
) -> None:
    """Claim a block that is free, and record these dispatches."""
    block = ledger.claim(sweep.id, number, owner, 60)
    assert block is not None
    ledger.record(sweep.id, replace(block, dispatches=dispatches), owner)


def redo(ledger: Ledger, sweep: Sweep, number: int = 0) -> list[int]:
    """Dispatch whatever has a point without a value, as a dispatcher does, and return the generations that begin."""
    block = ledger.claim(sweep.id, number, "me", 60)
    assert block is not None
    outcomes = [Outcome.of(shard, OutcomeKind.ACCEPTED) for shard in block.runs(sweep.plan, Redo.POINTS, since=0)]
    ledger.record(sweep.id, replace(block.after(outcomes, NOW), claimed=False), "me")
    return [outcome.generation for outcome in outcomes]


def block_in(ledger: Ledger, sweep: Sweep, number: int = 0) -> Block:
    """Return what the ledger knows of one block."""
    return ledger.blocks(sweep.id, range(number, number + 1)).get(number) or Block(number)


def standing_in(ledger: Ledger, sweep: Sweep, number: int = 0) -> Standing:
    """Return where the shards of a block stand, if none of them is overdue."""
    return block_in(ledger, sweep, number).standing(sweep.plan, 0)


def ends_in(ledger: Ledger, sweep: Sweep, shards: Iterable[int]) -> list[ShardEnd]:
    """Return the ends of these shards by number, those with results first."""
    return sorted(ledger.ends(sweep.id, list(shards)), key=lambda end: (end.number, isinstance(end, ShardFailed)))
