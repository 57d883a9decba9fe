"""A sweep in spread order that is stopped half way has covered its space, and goes on; its results are the plan's."""

from __future__ import annotations

import shlex
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from domain.spread import Spread
from tests.e2e.local.laboratory import Laboratory, until

# Three blocks of shards, of one point each.
SHARDS = 300
# At this call of the target the run is stopped.
STOPPED_AT = 150


def calls(lab: Laboratory) -> list[int]:
    """Return the points of which the target was called, one after another."""
    return [int(line) for line in lab.log.read_text().split()]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Laboratory, str]:
    """Return a laboratory whose run was interrupted half way, and the command that it has printed."""
    lab = Laboratory(tmp_path_factory.mktemp("spread"))
    lab.gate(STOPPED_AT)
    process = lab.start("run", str(lab.write("rationed", SHARDS, SHARDS)), "--workers", "1", "--order", "spread")
    until(lambda: len(calls(lab)) == STOPPED_AT and len(lab.done()) == STOPPED_AT - 1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    lab.open()
    return lab, errors.splitlines()[-1]


def test_what_was_started_is_evenly_spread(interrupted: tuple[Laboratory, str]) -> None:
    """Shards start in the spread order of their numbers: no gap has more than three points more than an even one."""
    started = calls(interrupted[0])[:STOPPED_AT]
    assert started == list(map(Spread(SHARDS).number, range(STOPPED_AT)))
    ends = [*sorted(started), SHARDS]
    assert ends[0] == 0
    assert max(after - before for before, after in pairwise(ends)) <= 3 * SHARDS // STOPPED_AT


def test_the_printed_command_goes_on_in_the_same_order(interrupted: tuple[Laboratory, str], tmp_path: Path) -> None:
    """No point is evaluated twice but the one that was stopped, and every result file is that of a run without it."""
    lab, command = interrupted
    assert "--order spread" in command
    assert lab.run(*shlex.split(command)[1:], "--workers", "1").returncode == 0
    assert calls(lab)[STOPPED_AT:] == list(map(Spread(SHARDS).number, range(STOPPED_AT - 1, SHARDS)))
    plain = Laboratory(tmp_path)
    plain.gate(10 * SHARDS)
    assert plain.run("run", str(plain.write("rationed", SHARDS, SHARDS)), "--workers", "1").returncode == 0
    assert calls(plain) == list(range(SHARDS))
    assert lab.results() == plain.results()
    assert len(lab.results()) == SHARDS
