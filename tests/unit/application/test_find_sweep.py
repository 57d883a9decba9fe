"""Which sweep a person means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.find_sweep import FindSweep
from application.ports.ledger import HeadPage
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from tests.fakes.desk import Desk
from tests.fakes.runs import MemoryRuns
from tests.fakes.sweeps import sweep_of

IDS = ("toy-abc1", "toy-abd2", "toys-abc3", "toy-abe4")


@pytest.fixture
def find() -> FindSweep:
    """Return the use case over a ledger with four sweeps, the last of which is the newest."""
    desk = Desk()
    for number, sweep_id in enumerate(IDS):
        desk.ledger.open(replace(sweep_of(2, 1), id=sweep_id, key=sweep_id, created_at=float(number)))
    return FindSweep(desk.sweeps, MemoryRuns())


@pytest.mark.parametrize(
    ("text", "latest", "found"),
    [
        pytest.param("toy-abc1", None, "toy-abc1", id="an id"),
        pytest.param("toy-abd", None, "toy-abd2", id="the beginning of an id"),
        pytest.param("toys", None, "toys-abc3", id="a name"),
        pytest.param("toy", None, "toy-abe4", id="the name of several: the newest"),
        pytest.param("toy", "toy-abd2", "toy-abd2", id="the name of several: the latest"),
        pytest.param("toy", "toys-abc3", "toy-abe4", id="the name of several: the latest has another name"),
        pytest.param("latest", "toys-abc3", "toys-abc3", id="the latest"),
        pytest.param("latest", None, "toy-abe4", id="the newest, as no command dealt with any"),
        pytest.param("latest", "gone-xyz5", "toy-abe4", id="the newest, as the latest is gone"),
    ],
)
def test_a_text_means_one_sweep(find: FindSweep, text: str, latest: str | None, found: str) -> None:
    """An id goes before a name, and a name before the beginning of an id."""
    if latest:
        find.latest.deal_with(latest)
    assert find(text, no_deadline).id == found


@pytest.mark.parametrize("text", ["", "to-", "toy-x", "TOY"])
def test_what_means_no_sweep_is_not_found(find: FindSweep, text: str) -> None:
    """The error holds the text."""
    with pytest.raises(InvalidSweep, match=f"{text}.*is no id"):
        find(text, no_deadline)


def test_the_beginning_of_several_ids_names_them(find: FindSweep) -> None:
    """The error lists the ids, the newest first."""
    with pytest.raises(
        InvalidSweep, match="is the beginning of 3 ids; write more of one: toy-abe4, toy-abd2, toy-abc1"
    ):
        find("toy-", no_deadline)


def test_nothing_is_found_in_an_empty_ledger() -> None:
    """Not even the latest."""
    with pytest.raises(InvalidSweep, match="is no id"):
        FindSweep(Desk().sweeps, MemoryRuns())("latest", no_deadline)


def test_the_oldest_of_many_sweeps_is_found() -> None:
    """It is beyond the first page of the ledger."""
    desk = Desk()
    for number in range(201):
        desk.ledger.open(replace(sweep_of(2, 1), id=f"toy-{number:04}", key=str(number), created_at=float(number)))
    assert FindSweep(desk.sweeps, MemoryRuns())("toy-0000", no_deadline).id == "toy-0000"


def test_a_whole_id_is_asked_for_and_not_searched_for() -> None:
    """Of many sweeps one answer is enough, and a whole id that no sweep has is searched for among all."""
    desk = Desk()
    sweep = desk.ledger.open(sweep_of(2, 1))
    find = FindSweep(desk.sweeps, MemoryRuns())

    def unlisted(*_: object) -> HeadPage:
        pytest.fail("the sweeps were listed")

    quick = FindSweep(replace(desk.sweeps, list_sweeps=unlisted), MemoryRuns())
    assert quick(sweep.id, no_deadline).id == sweep.id
    with pytest.raises(InvalidSweep, match=f"did you mean {sweep.id}"):
        find(f"{sweep.id[:-1]}2", no_deadline)


def test_a_sweep_is_found_where_nothing_can_be_remembered() -> None:
    """Of a folder that only others may write to, a command still reads."""

    class Sealed(MemoryRuns):
        def deal_with(self, sweep_id: str) -> None:
            raise DependencyUnavailable("read-only")

    desk = Desk()
    sweep = desk.ledger.open(sweep_of(2, 1))
    assert FindSweep(desk.sweeps, Sealed())(sweep.id, no_deadline).id == sweep.id
