"""Signals in the parts of a command that must clean up."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from entrypoints.cli import interrupts
from entrypoints.cli.interrupts import interruptible

_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Restore the test process's own handlers."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _raise_twice(number: signal.Signals) -> None:
    with interruptible():
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)


@pytest.mark.parametrize("number", _SIGNALS)
def test_a_signal_interrupts_once(number: signal.Signals) -> None:
    """Those that follow are ignored, within the block and after it."""
    with pytest.raises(KeyboardInterrupt):
        _raise_twice(number)
    signal.raise_signal(number)


def test_a_signal_that_python_has_dropped_interrupts_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first one has not ended the block in time, the next one does."""
    monkeypatch.setattr(interrupts, "_PATIENCE", -1.0)
    with interruptible():
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)


def test_a_block_without_a_signal_leaves_no_trace() -> None:
    """The handlers are the ones from before."""
    before = [signal.getsignal(number) for number in _SIGNALS]
    with interruptible():
        assert [signal.getsignal(number) for number in _SIGNALS] != before
    assert [signal.getsignal(number) for number in _SIGNALS] == before


def test_an_ignored_signal_stays_ignored() -> None:
    """Such as SIGHUP under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
