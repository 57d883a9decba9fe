"""Ctrl-C in a call, whose process goes on after it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from entrypoints.python_api.interrupts import one_interrupt


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Let SIGINT raise `KeyboardInterrupt`, as in any program, and restore the tests' own handler."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _interrupted(done: list[str]) -> None:
    with one_interrupt():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            done.append("cleaned up")


def test_the_block_is_interrupted_once() -> None:
    """A second Ctrl-C does not stop what cleans up; after the block the program's own handler is back."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted(done)
    assert done == ["cleaned up"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_only_takes_note_is_replaced_for_the_block() -> None:
    """The handler of asyncio waits for the loop to go on, which it cannot do before the block ends."""
    noted: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    with pytest.raises(KeyboardInterrupt):
        _interrupted([])
    signal.raise_signal(signal.SIGINT)
    assert noted == [signal.SIGINT]


def test_another_thread_leaves_signals_alone() -> None:
    """Python handles signals in the main thread alone, and refuses to set a handler anywhere else."""
    seen: list[object] = []

    def look() -> None:
        with one_interrupt():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_an_ignored_signal_stays_ignored() -> None:
    """A program that was started in the background ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with one_interrupt():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
