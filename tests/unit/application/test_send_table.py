"""Sending the table of a request to other machines."""

from __future__ import annotations

import pytest

from application.bind_rows import bind_rows
from application.check_table import check_table
from application.documents.table_chunks import CHUNK_ROWS
from application.on_done import show_nothing
from application.send_table import send_table
from application.submit_once import SubmitOnce
from domain.designs.replicated import Replicated
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.request import SweepRequest
from tests.fakes.desk import Desk
from tests.fakes.pending_keys import MemoryKeys
from tests.fakes.point_tables import MemoryTables, Row, table_of
from tests.fakes.sweeps import sweep_of

ROWS: list[Row] = [(number,) for number in range(2 * CHUNK_ROWS + 1)]


class _Counted(MemoryTables):
    """Tables that tell what is put; `full` is how many chunks there is space for."""

    full = 10

    def __init__(self) -> None:
        super().__init__()
        self.put_numbers: list[int] = []

    def put(self, digest: str, number: int, body: bytes) -> None:
        if len(self.put_numbers) == self.full:
            raise DependencyUnavailable("the store does not answer")
        self.put_numbers.append(number)
        super().put(digest, number, body)


def _request(tables: MemoryTables) -> SweepRequest:
    return bind_rows(SweepRequest("lab", "toy:f", Replicated(table_of(tables, ("x",), ROWS), 2)), tables)


def test_chunks_are_sent_in_their_order_and_once() -> None:
    """Each is told of; a table that is there is not sent."""
    source, there, told = MemoryTables(), _Counted(), list[tuple[int, int]]()
    request = _request(source)
    send_table(request, there, lambda sent, total: told.append((sent, total)))
    send_table(request, there, show_nothing)
    assert there.chunks == source.chunks
    assert there.put_numbers == [0, 1, 2]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_table_that_is_not_at_hand_must_be_there_already() -> None:
    """A request by a digest alone runs where the table is; elsewhere it is refused before anything is submitted."""
    source = MemoryTables()
    request = SweepRequest("lab", "m:f", table_of(source, ("x",), ROWS))
    send_table(request, source, show_nothing)
    with pytest.raises(InvalidSweep, match=r"no table that is there.*file") as raised:
        send_table(request, MemoryTables(), show_nothing)
    assert raised.value.problems[0].path == "design.table"


def test_other_requests_have_nothing_to_send_or_to_miss() -> None:
    """Points that are computed are in no table."""
    there, request = _Counted(), sweep_of(3, 1).request
    send_table(request, there, show_nothing)
    check_table(request.design, there)
    assert SubmitOnce(Desk().sweeps.submit, MemoryKeys(), there)(request, no_deadline).sweep.plan.size == 3
    assert there.put_numbers == []


def test_a_table_is_sent_before_its_sweep_is_submitted() -> None:
    """Where sending fails, nothing is submitted and no key is pending; the same again sends and submits."""
    there, source, keys = _Counted(), MemoryTables(), MemoryKeys()
    desk = Desk(tables=there)
    submit = SubmitOnce(desk.sweeps.submit, keys, there)
    there.full = 1
    with pytest.raises(DependencyUnavailable):
        submit(_request(source), no_deadline)
    assert desk.sweeps.list_sweeps(10, None, no_deadline).heads == ()
    there.full = 10
    submission = submit(_request(source), no_deadline)
    assert submission.sweep.plan.size == 2 * len(ROWS)
    assert there.chunks == source.chunks


def test_a_sweep_without_its_table_is_refused_before_it_is_recorded() -> None:
    """A table that is not whole is none, and a dry run does not ask."""
    source = MemoryTables()
    request = SweepRequest("lab", "toy:f", table_of(source, ("x",), ROWS))
    desk = Desk()
    desk.tables.chunks = dict(list(source.chunks.items())[1:])
    with pytest.raises(InvalidSweep, match=r"is not stored here.*upload it first") as raised:
        desk.sweeps.submit(request, "key", no_deadline)
    assert raised.value.problems[0].path == "design.table"
    assert desk.sweeps.list_sweeps(10, None, no_deadline).heads == ()
    assert desk.sweeps.plan(request).request.plan.size == len(ROWS)
    desk.tables.chunks = source.chunks
    assert not desk.sweeps.submit(request, "key", no_deadline).replayed
