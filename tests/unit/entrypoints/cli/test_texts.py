"""What the command line tells people of a sweep, and what it tells the shell."""

from __future__ import annotations

from application.describe_sweep import Description
from domain.designs.grid import Grid
from domain.dispatch_policy import no_deadline
from domain.plan import ShardCount
from domain.reasons import Reason
from domain.request import SweepRequest
from domain.space.linspace import Linspace
from domain.space.parameter import Parameter
from domain.space.values import Values
from domain.sweep import ErrorKind, PointError, ShardDone, ShardEnd, ShardFailed
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.texts import progress_lines
from tests.fakes.desk import Desk

WORDS = ("--out", "my results")
_DESIGN = Grid((Parameter("angle", Linspace(0.0, 0.1, 2)), Parameter("text", Values(("a" * 150, 1, 2)))))


def _described(*ends: ShardEnd, design: Grid = _DESIGN, shards: int = 3) -> Description:
    """Describe a sweep with these ends; every other shard is done."""
    desk = Desk()
    sweep_id = desk.submit(SweepRequest("lab", "toy:f", design, {}, ShardCount(shards)), "key", no_deadline).sweep.id
    for end in ends:
        if isinstance(end, ShardFailed):
            desk.ledger.mark_failed(sweep_id, end)
        else:
            desk.ledger.mark_done(sweep_id, end)
    for shard in set(range(shards)) - {end.number for end in ends}:
        desk.ledger.mark_done(sweep_id, ShardDone(shard, 1))
    return desk.sweeps.describe(sweep_id, no_deadline)


def _errors(shard: int, points: int, message: str, index: int) -> ShardDone:
    places = ("lab/model.py:7 solve", "lab/model.py:12 simulate")
    return ShardDone(shard, 2 - points, points, (ErrorKind(PointError(index, "ValueError", message, places), points),))


def test_a_sweep_that_is_done_says_so() -> None:
    """The first line has the state, the next ones the points and the shards, and no failures follow."""
    description = _described()
    assert list(progress_lines(description, WORDS)) == [
        "lab-000000000001: done",
        "points:  6 of 6 done (100 %), 0 failed",
        "shards:  3 of 3 done, 0 failed",
    ]
    assert of_progress(description.progress) is ExitCode.OK


def test_skipped_points_are_told_if_there_are_any() -> None:
    """They are neither done nor failed, and count towards the end."""
    description = _described(ShardDone(0, 1, skipped=1), ShardDone(1, 0, skipped=2), ShardDone(2, 2))
    assert list(progress_lines(description, WORDS)) == [
        "lab-000000000001: done",
        "points:  3 of 6 done, 3 skipped (100 %), 0 failed",
        "shards:  3 of 3 done, 0 failed",
    ]
    assert of_progress(description.progress) is ExitCode.OK


def test_a_sweep_of_which_points_failed_is_not_plainly_done() -> None:
    """The first line says how many points have no value.

    Each cause has its first point, the place of the raise, and the command that evaluates that point.
    """
    description = _described(_errors(0, 1, "no\n  root", 0), _errors(1, 2, "no\n  root", 2))
    assert list(progress_lines(description, WORDS)) == [
        "lab-000000000001: done, but 3 points have no value",
        "points:  3 of 6 done (50 %), 3 failed",
        "shards:  3 of 3 done (2 with errors), 0 failed",
        '  3 points in 2 shards: ValueError: no root  (first: point 0, angle=0.0, text="' + "a" * 83 + "..., "
        "lab/model.py:12 simulate)",
        "    by hand: sweep point lab-000000000001 0 --out 'my results'",
    ]
    assert of_progress(description.progress) is ExitCode.FAILURES


def test_what_runs_is_told_with_its_age() -> None:
    """A shard that has run for long is named, so that a hang can be seen."""
    desk = Desk()
    request = SweepRequest("lab", "toy:f", _DESIGN, {}, ShardCount(3))
    sweep_id = desk.submit(request, "key", no_deadline).sweep.id
    desk.ledger.mark_done(sweep_id, ShardDone(0, 2))
    lines = list(progress_lines(desk.sweeps.describe(sweep_id, no_deadline), WORDS))
    assert lines[-1] == "running: 2 shards; the first, shard 1, was dispatched at 2023-11-14T22:13:20Z"


def test_one_point_is_told_in_the_singular() -> None:
    """One point has no value."""
    first, *_, last, _ = progress_lines(_described(_errors(1, 1, "no root", 3)), WORDS)
    assert first == "lab-000000000001: done, but 1 point has no value"
    assert last.startswith("  1 point in 1 shard: ValueError: no root  (first: point 3, angle=0.1, ")


def test_a_failed_shard_is_told_by_its_number() -> None:
    """It has no point of its own: all of its points failed together."""
    description = _described(ShardFailed(2, Reason.WORKER_DIED, "killed"))
    first, *_, last = progress_lines(description, WORDS)
    assert first == "lab-000000000001: failed"
    assert last == "  2 points in 1 shard: WorkerDied: killed  (first: shard 2)"
    assert of_progress(description.progress) is ExitCode.FAILURES


def test_of_many_causes_the_first_ten_are_shown() -> None:
    """The last lines say how many causes and shards are not shown, and a long message is cut."""
    design = Grid((Parameter("x", Linspace(0.0, 1.0, 300)),))
    ends = [
        ShardDone(shard, 0, 1, (ErrorKind(PointError(shard, "ValueError", f"{shard} {'m' * 900}"), 1),))
        for shard in range(300)
    ]
    lines = list(progress_lines(_described(*ends, design=design, shards=300), WORDS))
    assert len(lines) == 3 + 2 * 10 + 2
    assert all(len(line) < 400 for line in lines)
    assert lines[-2] == "  ... and 190 more causes (sweep status --json)"
    assert lines[-1] == "  ... and those of 100 further shards"
