"""One round: a storm of faults over some sweeps, then a calm in which each must come to rest, then the audit."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.e2e.chaos.asked import Asked, asked
from tests.e2e.chaos.audit import Stored, audit
from tests.e2e.chaos.callers import Callers, at_rest
from tests.e2e.chaos.script import Script
from tests.e2e.chaos.world import World
from tests.fakes.functions import LEDGER, RESULTS

# How often callers look after their sweeps in the storm, and at most after it.
_STORMY, _CALM = 3, 6
# No event takes so long, however busy the machine is.
_PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many sweeps there are, how many shards the first one has, and how many each other one has at most."""

    sweeps: int
    largest: int
    usual: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a round has found, and what has happened in it."""

    seed: int
    findings: list[str]
    counts: Counter[str]
    answers: Counter[int]
    sweeps: Sequence[Asked]
    seconds: float


def play(world: World, seed: int, size: Size) -> Report:
    """Play the round of a seed, in a world where no sweep has a name of this round yet."""
    began, script, before = time.monotonic(), Script(seed), world.counts()
    callers = Callers(world.fleet, script)
    sweeps = list(asked(script, size.sweeps, size.largest, size.usual, f"r{seed}-"))
    world.set(script)
    findings = _storm(world, callers, sweeps)
    world.set(None)
    findings += _calm(world, callers, sweeps)
    stored = Stored.read(world.table, LEDGER, world.bucket, RESULTS)
    findings += audit(stored, sweeps, {str(one.sweep_id): one.last for one in sweeps})
    findings += world.fleet.surprises + world.logged_errors()
    return Report(seed, findings, world.counts() - before, callers.answers, sweeps, time.monotonic() - began)


def _storm(world: World, callers: Callers, sweeps: Sequence[Asked]) -> list[str]:
    findings: list[str] = []
    callers.submit(sweeps, 0)
    for wave in range(1, _STORMY + 1):
        findings += _settled(world, wave)
        if wave > 1:
            world.jump()
        callers.look(sweeps)
        callers.act(sweeps, wave)
        # What has strayed comes back beside the run that took its place.
        world.fleet.release()
    return findings + _settled(world, _STORMY)


def _calm(world: World, callers: Callers, sweeps: Sequence[Asked]) -> list[str]:
    """Let every sweep come to rest: nothing fails any more."""
    findings: list[str] = []
    world.fleet.release()
    for wave in range(_STORMY + 1, _STORMY + 1 + _CALM):
        findings += _settled(world, wave)
        world.jump()
        callers.look(sweeps)
        if all(map(at_rest, sweeps)):
            break
        callers.act(sweeps, wave)
    return findings + _settled(world, _STORMY + _CALM)


def _settled(world: World, wave: int) -> list[str]:
    settled = world.fleet.settle(_PATIENCE)
    return [] if settled else [f"events of wave {wave} are still under way after {_PATIENCE} s"]
