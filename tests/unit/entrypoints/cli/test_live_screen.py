"""The picture on a terminal: always the last one alone, below what was printed."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from entrypoints.cli.live_screen import live_screen
from entrypoints.cli.picture import last_line, picture
from entrypoints.cli.snapshot import Snapshot
from tests.fakes.snapshots import group, snapshot_of
from tests.fakes.terminal import Terminal

SIZES = st.tuples(st.integers(15, 120), st.integers(2, 40))
SHOWN = st.builds(
    lambda done, failed, causes: snapshot_of(
        2_000, 200, done, failed=failed, groups=tuple(group(9 - n, message="m" * 99) for n in range(causes))
    ),
    st.integers(0, 190),
    st.integers(0, 10),
    st.integers(0, 4),
)


@dataclass(frozen=True)
class Resized:
    """The terminal has another size."""

    width: int
    height: int


@dataclass(frozen=True)
class Printed:
    """A target has printed a line."""

    text: str


EVENTS = st.lists(
    SHOWN | st.builds(Resized, st.integers(15, 120), st.integers(2, 40)) | st.builds(Printed, st.just("printed")),
    max_size=12,
)


def console_on(terminal: Terminal, height: int) -> Console:
    """Return a console that writes to the terminal."""
    return Console(file=terminal, force_terminal=True, width=terminal.width, height=height, legacy_windows=False)


@settings(max_examples=20)
@given(size=SIZES, first=SHOWN, events=EVENTS)
def test_only_the_last_picture_is_seen(
    size: tuple[int, int], first: Snapshot, events: list[Snapshot | Resized | Printed]
) -> None:
    """However often it changes, and the terminal is resized: below all that was printed, and nothing is left of it."""
    terminal = Terminal(size[0])
    console = console_on(terminal, size[1])
    console.print("before")
    last, above = first, ["before"]
    with live_screen(console, threading.Lock()) as screen:
        for event in [first, *events]:
            if isinstance(event, Snapshot):
                last = event
                screen.show(event)
            elif isinstance(event, Resized):
                terminal.resize(event.width)
                console.size = (event.width, event.height)
                screen.adapt()
            else:
                above.append(event.text)
                console.print(event.text)
            width, height = console.size
            assert terminal.lines == [*above, *(line.plain for line in picture(last, width, max(height - 1, 1)))]
            assert not terminal.shows_cursor
    assert terminal.lines == [*above, last_line(last, console.width).plain]
    assert terminal.shows_cursor


def test_an_error_leaves_a_terminal_that_can_be_used() -> None:
    """The cursor is shown again, and the last line stays."""
    terminal = Terminal(80)
    with suppress(KeyboardInterrupt), live_screen(console_on(terminal, 24), threading.Lock()) as screen:
        screen.show(snapshot_of(90, 30, 12))
        raise KeyboardInterrupt
    assert terminal.shows_cursor
    assert terminal.lines == [last_line(snapshot_of(90, 30, 12), 80).plain]


def test_a_screen_without_a_picture_leaves_nothing() -> None:
    """An error that ends the command before the first answer stands alone."""
    terminal = Terminal(80)
    with live_screen(console_on(terminal, 24), threading.Lock()) as screen:
        screen.adapt()
    assert terminal.lines == []
    assert terminal.shows_cursor


def test_the_same_size_draws_nothing() -> None:
    """To adapt costs nothing where there is nothing to adapt to."""
    terminal = Terminal(80)
    with live_screen(console_on(terminal, 24), threading.Lock()) as screen:
        screen.show(snapshot_of(90, 30, 12))
        written = len(terminal.written)
        screen.adapt()
        assert len(terminal.written) == written


def test_without_colour_the_picture_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR no sequence sets a colour."""
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal(80)
    with live_screen(console_on(terminal, 24), threading.Lock()) as screen:
        screen.show(snapshot_of(90, 30, 12, failed=1))
    text = "".join(terminal.written)
    assert "DDDDDDDDDDDDFRRR" in re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert not re.search(r"\x1b\[([0-9;]*;)?[34][0-9][;m]", text)
