"""A sweep over the rows of a stored table: what each use case does with it, also where the table is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from application.bind_rows import bind_rows
from application.describe_sweep import Description
from application.documents.payload import Payloads, own_task
from application.documents.table_chunks import CHUNK_ROWS
from application.meter import Meter
from application.ports.engine import OnCounts
from application.run_sweep import Beginning
from application.start_run import StartRun
from domain.designs.point_list import PointList
from domain.designs.replicated import Replicated
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep, TargetUnavailable
from domain.plan import ShardCount
from domain.progress import State
from domain.request import SweepRequest
from domain.standing import Redo
from domain.task import ShardTask
from tests.fakes.desk import Laptop
from tests.fakes.id_source import CountingIds
from tests.fakes.point_tables import MemoryTables, Row, table_of
from tests.fakes.runner import InlineRunner

NAMES = ("x", "name")
ROWS: list[Row] = [(number, f"row {number}") for number in range(CHUNK_ROWS + 7)]


class FileLaptop(Laptop):
    """A laptop, and a request that is bound to a client's file. The target raises for each x in `broken`."""

    def __init__(self) -> None:
        """Start with a target that raises nowhere."""
        super().__init__(self.target)
        self.broken: set[int] = set()
        self.calls: list[int] = []
        self.file = MemoryTables()
        table = table_of(self.file, NAMES, ROWS)
        self.digest = table.table
        self.request = bind_rows(SweepRequest("lab", "toy:f", table, {}, ShardCount(3)), self.file)

    def target(self, x: int, name: str) -> str:
        """Return both, unless x is broken."""
        self.calls.append(x)
        if x in self.broken:
            raise ValueError(x)
        return f"{name}: {x}"

    @contextmanager
    def watch(self, _: Beginning) -> Iterator[OnCounts]:
        """Show nothing."""
        yield lambda _: None

    def run(self, redo: Redo = Redo.SHARDS) -> Description:
        """Run the request."""
        return self.run_sweep(self.request, self.watch, redo)

    def bodies(self, sweep_id: str) -> list[bytes]:
        """Return the result objects."""
        found = (self.results.get(sweep_id, shard) for shard in range(3))
        return [stored.body for stored in found if stored]


def _tasks(laptop: FileLaptop, sweep_id: str) -> list[ShardTask]:
    sweep = laptop.ledger.sweep(sweep_id)
    return [own_task(Payloads(sweep).of(shard)) for shard in sweep.plan]


def test_the_results_are_those_of_the_same_points_written_out() -> None:
    """Object for object, byte for byte, where the shards are the same."""
    laptop = FileLaptop()
    ended = laptop.run()
    assert ended.progress.state is State.DONE
    listed = SweepRequest("lab", "toy:f", PointList(NAMES, tuple(ROWS)), {}, ShardCount(3))
    other = laptop.run_sweep(listed, laptop.watch, Redo.SHARDS)
    assert laptop.bodies(ended.head.id) == laptop.bodies(other.head.id) != []


def test_the_same_command_goes_on_with_the_same_sweep() -> None:
    """The same rows are the same request, whichever object reads them."""
    laptop = FileLaptop()
    first = laptop.run()
    laptop.file = MemoryTables()
    laptop.request = bind_rows(
        SweepRequest("lab", "toy:f", table_of(laptop.file, NAMES, ROWS), {}, ShardCount(3)), laptop.file
    )
    assert laptop.run().head.id == first.head.id


def test_nothing_is_kept_of_a_target_that_cannot_be_evaluated() -> None:
    """The target is looked at first."""
    laptop = FileLaptop()
    laptop.engine.sources = None
    with pytest.raises(TargetUnavailable):
        laptop.run()
    assert not laptop.tables.chunks


def test_a_payload_has_the_digest_and_no_row() -> None:
    """It is of version 3, which earlier workers refuse as a whole, and stays small however many rows there are."""
    laptop = FileLaptop()
    sweep = laptop.ledger.sweep(laptop.run().head.id)
    payload = Payloads(sweep).of(sweep.plan.shard(2))
    assert payload.startswith(b'{"version":3,')
    assert laptop.digest.encode() in payload
    assert b"row " not in payload
    assert Payloads(sweep).largest() >= len(payload)


def test_the_recalled_request_has_its_points() -> None:
    """What reads a sweep anew reaches its points by the tables of the place."""
    laptop = FileLaptop()
    request = laptop.sweeps.request(laptop.run().head.id, no_deadline)
    assert request == laptop.request
    assert request.design.point(CHUNK_ROWS) == dict(zip(NAMES, ROWS[CHUNK_ROWS], strict=True))


def test_failures_name_the_points_as_long_as_there_is_the_table() -> None:
    """Without it, the failures stay visible, and only their points are unknown."""
    laptop = FileLaptop()
    laptop.broken = {CHUNK_ROWS + 1}
    sweep_id = laptop.run().head.id
    point = {"x": CHUNK_ROWS + 1, "name": f"row {CHUNK_ROWS + 1}"}

    def seen() -> list[list[object]]:
        page = laptop.sweeps.list_failures(sweep_id, 9, None, no_deadline)
        description = laptop.sweeps.describe(sweep_id, no_deadline)
        assert len(page.failures) == len(description.groups) == 1
        return [list(page.points.values()), list(description.points.values())]

    assert seen() == [[point], [point]]
    laptop.tables.chunks.clear()
    # What this process has read it would not read again.
    bind_rows(laptop.request, MemoryTables())
    assert seen() == [[], []]


def test_a_shard_whose_chunk_is_missing_can_be_run_again() -> None:
    """It does not end: what dispatched it may try again, and does well once the table is whole."""
    laptop = FileLaptop()
    sweep_id = laptop.run().head.id
    first, *_, last = _tasks(laptop, sweep_id)
    other = FileLaptop()
    sweep = other.ledger.open(laptop.ledger.sweep(sweep_id))
    with pytest.raises(DependencyUnavailable, match="no such chunk"):
        other.execute(first, Meter(), no_deadline)
    assert other.ledger.history(sweep.id).blocks == {}
    other.tables.chunks.update(laptop.tables.chunks)
    for task in (first, last):
        end = other.execute(task, Meter(), no_deadline)
        assert end is not None
        assert end.number == task.shard.number


@pytest.mark.parametrize(
    "more",
    [
        pytest.param([*ROWS, (-1, "new"), (-2, "new")], id="appended"),
        pytest.param([ROWS[0], (-1, "new"), *ROWS[1:], (-2, "new")], id="inserted"),
        pytest.param([(-1, "new"), (-2, "new"), *ROWS[::-1]], id="in another order"),
    ],
)
def test_an_extension_evaluates_the_rows_that_were_added(more: list[Row]) -> None:
    """The others keep their values, in another file, in another place and in other shards."""
    laptop = FileLaptop()
    first = laptop.run()
    request = SweepRequest("lab", "toy:f", table_of(laptop.file, NAMES, more), {}, ShardCount(5))
    laptop.request = bind_rows(replace(request, extends=first.head.id), laptop.file)
    laptop.calls.clear()
    ended = laptop.run()
    assert ended.head.id != first.head.id
    assert ended.progress.done == len(more)
    assert laptop.calls == [-1, -2]
    nothing = replace(request, name="nothing", extends=None)
    laptop.request = bind_rows(nothing, laptop.file)
    assert laptop.bodies(ended.head.id) == laptop.bodies(laptop.run().head.id)


def test_replicates_and_a_condition_work_as_everywhere() -> None:
    """Each row has its replicates, and a row that does not satisfy the condition is skipped."""
    laptop = FileLaptop()
    design = Replicated(table_of(laptop.file, NAMES, ROWS[:10]), 2)
    request = SweepRequest("lab", "toy:f", design, {}, ShardCount(3)).constrained("x < 4 and name != 'row 1'")
    laptop.request = bind_rows(request, laptop.file)
    progress = laptop.run().progress
    assert (progress.done, progress.skipped) == (6, 14)


def test_a_condition_is_checked_without_a_row() -> None:
    """The columns say what the values are."""
    laptop = FileLaptop()
    with pytest.raises(InvalidSweep, match="text"):
        SweepRequest("lab", "toy:f", table_of(laptop.file, NAMES, ROWS[:1])).constrained("name < 1")


def test_what_runs_in_the_background_finds_the_table() -> None:
    """It is kept before the runner starts, which has the digest alone."""
    laptop = FileLaptop()
    runner = InlineRunner(laptop.run_sweep)
    start = StartRun(laptop.run_sweep.plan, laptop.ledger, laptop.survey, CountingIds(), runner, laptop.tables)
    submission = start.submit(laptop.request, "key", no_deadline)
    assert submission.dispatched.progress.state is State.DONE
    assert laptop.tables.has(laptop.digest, 2)
