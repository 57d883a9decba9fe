"""Calls in the background: their results, their errors, and how many are under way at once."""

from __future__ import annotations

from functools import partial
from threading import Barrier, Event
from threading import enumerate as running

import pytest

from adapters.machine.background import ThreadedBackground


def test_results_are_there_when_they_are_asked_for() -> None:
    """In the order of the questions, whatever the order in which the calls end."""
    with ThreadedBackground(3) as background:
        pending = [background.begin(partial(pow, number, 2)) for number in range(50)]
        assert [one.result() for one in reversed(pending)] == [number * number for number in reversed(range(50))]


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    """And as often as it is; the other calls go on."""
    with ThreadedBackground(1) as background:
        failing, other = background.begin(lambda: 1 // 0), background.begin(lambda: 1)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                failing.result()
        assert other.result() == 1


def test_so_many_calls_are_under_way_at_once() -> None:
    """They wait for one another here, so that fewer would never end."""
    barrier = Barrier(3)
    with ThreadedBackground(3) as background:
        pending = [background.begin(lambda: barrier.wait(30)) for _ in range(6)]
        assert sorted(one.result() for one in pending) == [0, 0, 1, 1, 2, 2]


def test_its_end_waits_for_every_call() -> None:
    """No thread and no call outlives it."""
    ended: list[int] = []
    go_on = Event()
    before = set(running())

    def call(number: int) -> None:
        go_on.wait(30)
        ended.append(number)

    with ThreadedBackground(2) as background:
        for number in range(5):
            background.begin(partial(call, number))
        go_on.set()
    assert sorted(ended) == list(range(5))
    assert set(running()) == before
