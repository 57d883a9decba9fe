"""The page of all states is true: each row is entered, and each of its columns is tried."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from adapters.documents.answers import status_document
from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind
from domain.progress import State
from domain.standing import Redo, Standing
from domain.sweep import ShardDone
from domain.task import ShardTask
from tests.fakes.desk import LIFETIME
from tests.fakes.shard_invoker import REASONS
from tests.fakes.walker import Walker
from tests.fakes.ways_in import POINTS, SHARDS, SWEEPS, UNSENT, Step, assigned, overdue, undelivered, unknown

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")


# On one machine no shard is unknown or overdue, and no span assigned.
ELSEWHERE = (unknown, overdue, assigned, undelivered)
LOCAL = ("`sweep run FILE`", "`--retry-failed`")


def pass_time(walker: Walker) -> None:
    """Let a shard's lifetime pass, and every claim's."""
    walker.clock.time += LIFETIME + 1


def end_dispatch(kind: OutcomeKind) -> Step:
    """Return the step in which another dispatcher, if there is one, has sent the shard with this outcome."""

    def step(walker: Walker) -> None:
        block = walker.ledger.history(walker.sweep.id).blocks.get(0) or Block(0)
        runs = block.runs(walker.sweep.plan, Redo.POINTS, walker.survey.since())
        outcomes = [Outcome.of(shard, kind, REASONS.get(kind)) for shard in runs]
        walker.ledger.record(walker.sweep.id, block.after(outcomes, walker.clock.now()), "another")

    return step


def end_begun(walker: Walker) -> None:
    """Let a worker that had begun before a cancellation bring every value."""
    if walker.ledger.history(walker.sweep.id).cancelled:
        walker.ledger.mark_done(walker.sweep.id, ShardDone(0, 2))


def everything(walker: Walker) -> list[ShardTask]:
    """Return what workers have, and what may be delivered late."""
    return [*walker.tasks, *walker.ended]


EVENTS: tuple[Step, ...] = (
    lambda walker: walker.work(everything(walker)),
    lambda walker: walker.work(everything(walker), raises=True),
    lambda walker: walker.give_up(everything(walker)),
    pass_time,
    end_dispatch(OutcomeKind.ACCEPTED),
    *map(end_dispatch, UNSENT),
    end_begun,
)
CALLS: dict[str, Step] = {
    "the same key": Walker.send,
    "retry": Walker.retry,
    "cancel": Walker.cancel,
    LOCAL[0]: lambda walker: walker.command(Redo.SHARDS),
    LOCAL[1]: lambda walker: walker.command(Redo.POINTS),
}
SCENARIOS = {
    "Sweeps": (SWEEPS, Walker.sweep_state),
    "Shards": (SHARDS, Walker.shard_state),
    "Points": (POINTS, Walker.point_state),
}
# A shard is counted in none of these but those that its row names.
COUNTS = ("undispatched", "running", "overdue", "shards_failed", "shards_done", "shards_with_errors")


@dataclass(frozen=True)
class Row:
    """A row of the page: the table's heading, the state, and the cells by column."""

    table: str
    state: str
    cells: dict[str, str]

    @property
    def ways_in(self) -> tuple[Step, ...]:
        """The steps that lead into the state, each by itself."""
        return SCENARIOS[self.table][0][self.state]

    def reported(self, walker: Walker) -> str:
        """Return the state that the program reports."""
        return SCENARIOS[self.table][1](walker)

    def entered(self, way_in: Step) -> Walker:
        """Return a sweep in the row's state."""
        walker = Walker()
        way_in(walker)
        assert self.reported(walker) == self.state
        return walker

    def named(self, column: str) -> set[str]:
        """Return what a cell has between backticks."""
        return set(re.findall(r"`([\w.]+)`", self.cells[column]))


def rows_of(table: str) -> Iterator[Row]:
    """Yield the rows of the first table below a heading."""
    section = PAGE.split(f"\n## {table}\n")[1]
    head, *lines = re.findall(r"^\| (.*) \|$", section.split("\n## ")[0], re.MULTILINE)
    for line in lines:
        cells = dict(zip(head.split(" | "), line.split(" | "), strict=True))
        yield Row(table, cells["state"].strip("`"), cells)


ROWS = [row for table in SCENARIOS for row in rows_of(table)]
every_row = pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.table} {row.state}") for row in ROWS])
CELLS = [(row, column) for row in ROWS for column in CALLS if row.cells.get(column, "-") != "-"]


@pytest.mark.parametrize("table", SCENARIOS)
def test_every_state_has_a_row_and_a_scenario(table: str) -> None:
    """A row that nothing enters, and a state that the page does not have, are both mistakes."""
    assert [row.state for row in rows_of(table)] == list(SCENARIOS[table][0])


def test_the_states_are_those_of_the_program() -> None:
    """A sweep's are an enumeration; a shard's are the sets of a standing, and why no worker has it."""
    assert list(SWEEPS) == [state.value for state in State]
    not_sent = {"waiting", *(kind.value for kind in OutcomeKind if not kind.may_run)}
    assert set(SHARDS) == {one.name for one in fields(Standing)} - {"undispatched"} | not_sent


@every_row
def test_the_program_reports_a_state(row: Row) -> None:
    """Each way into the state leads there, and the status counts it where the row says."""
    for way_in in row.ways_in:
        walker = row.entered(way_in)
        status = json.loads(json.dumps(status_document(walker.description)))
        assert status["state"] == walker.sweep_state()
        if row.table == "Shards":
            named = row.named("counted in")
            assert [path for path in named if count(status, path) != 1] == []
            assert [path for path in COUNTS if count(status, path) and path not in named] == []
            # An outcome stays after the shard has ended, and says no more then.
            outcomes = {f"dispatch.{kind}" for kind, many in status["dispatch"].items() if many == 1}
            assert outcomes <= named or not named & {"undispatched", "running"}
        if row.table == "Points":
            counted = {path for path, least in (("done", 2), ("failed", 1), ("skipped", 1)) if status[path] >= least}
            assert counted == row.named("counted in")
            assert walker.line() == row.cells["its line in the results"].strip("`")


def count(status: dict[str, Any], path: str) -> int:
    """Return the count at a dotted path of a status."""
    for name in path.split("."):
        status = status[name]
    assert isinstance(status, int)
    return status


@every_row
def test_a_state_is_left_by_itself_as_the_page_says(row: Row) -> None:
    """Whatever workers, dispatchers and time make of it is in the cell, and nothing else is."""
    after = set()
    for way_in in row.ways_in:
        for event in EVENTS:
            walker = row.entered(way_in)
            event(walker)
            after.add(row.reported(walker))
    assert after - {row.state} == row.named("by itself")


@pytest.mark.parametrize(
    ("row", "column"),
    [pytest.param(row, column, id=f"{row.table} {row.state} {column.strip('`')}") for row, column in CELLS],
)
def test_a_call_makes_of_a_state_what_the_page_says(row: Row, column: str) -> None:
    """The cell names the state afterwards, whether the call is a conflict, and whether it has an effect."""
    for way_in in row.ways_in:
        if column in LOCAL and way_in in ELSEWHERE:
            continue
        walker = row.entered(way_in)
        CALLS[column](walker)
        if row.table == "Points":
            walker.work(walker.tasks)
        assert {row.reported(walker)} == row.named(column)
        assert walker.was_conflict == ("(409" in row.cells[column])
        assert walker.had_no_effect == ("(no effect)" in row.cells[column])


SENDING = pytest.mark.parametrize("call", [Walker.send, Walker.retry], ids=["the same key", "retry"])


@SENDING
@pytest.mark.parametrize("row", [pytest.param(row, id=row.state) for row in ROWS if row.table == "Shards"])
def test_a_dispatch_that_sends_nothing_makes_of_a_shard_what_the_page_says(row: Row, call: Step) -> None:
    """The same key and a retry alike: whatever kept the platform from taking it, the cell names the state."""
    for way_in in row.ways_in:
        after = set()
        for kind in UNSENT:
            walker = row.entered(way_in)
            walker.refused(kind, call)
            assert (walker.tasks, walker.was_conflict) == (row.entered(way_in).tasks, False)
            after.add(row.reported(walker))
        assert after == row.named("nothing sent")


@SENDING
@pytest.mark.parametrize("kind", UNSENT)
@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.table} {row.state}") for row in ROWS])
def test_a_dispatch_that_sends_nothing_changes_the_outcomes_of_pending_shards_alone(
    row: Row, kind: OutcomeKind, call: Step
) -> None:
    """State, counts, failures and links stay, and `dispatch` where a shard has ended or is lost."""
    for way_in in row.ways_in:
        walker = row.entered(way_in)
        before = status_document(walker.description)
        walker.refused(kind, call)
        after = status_document(walker.description)
        pending = before["undispatched"] or walker.description.progress.unknown
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= ({"dispatch"} if pending else set())


@pytest.mark.parametrize("state", SHARDS)
def test_a_cancellation_keeps_every_shard_in_its_state(state: str) -> None:
    """It only lets none start: what has ended stays, and so does what no worker has."""
    for way_in in SHARDS[state]:
        walker = Walker()
        way_in(walker)
        walker.cancel()
        walker.work(walker.tasks)
        assert walker.shard_state() == state


def test_the_lifetime_on_the_page_follows_from_the_template() -> None:
    """The event's age, the attempts with their time-out, and the margin, by the defaults of the deployment."""
    template = (ROOT / "infra" / "template.yaml").read_text(encoding="utf-8")

    def default(name: str) -> int:
        (value,) = re.findall(rf"^  {name}:\n(?:    .*\n)*?    Default: (\d+)$", template, re.MULTILINE)
        return int(value)

    seconds = default("WorkerEventAge") + (default("WorkerRetries") + 1) * default("WorkerTimeout") + 300
    assert f"{seconds:,}\nseconds" in PAGE or f"{seconds:,} seconds" in PAGE
