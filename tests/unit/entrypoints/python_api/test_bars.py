"""What a call shows: a bar in a terminal, a line in a notebook, nothing elsewhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from application.describe_sweep import Description
from application.ports.engine import EngineCounts
from domain.dispatch_policy import no_deadline
from entrypoints.cli import run_view
from entrypoints.python_api.bars import screen
from entrypoints.python_api.requests import Asked
from tests.fakes.desk import Laptop
from tests.fakes.memory_place import memory_place


class Kernel:
    """IPython as a notebook's kernel has it: `shown` has every state of what is displayed."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.shown: list[Any] = []
        self.display = SimpleNamespace(display=self._display)

    def get_ipython(self) -> object:
        """Return a shell that a kernel runs."""
        return SimpleNamespace(kernel="a kernel")

    def _display(self, value: object, *, display_id: bool) -> object:
        self.shown.append(value)
        return SimpleNamespace(update=self.shown.append)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Return that it is."""
        return True


@pytest.fixture
def before(tmp_path: Path) -> Description:
    """Return a sweep of 40 points that begins."""
    place = memory_place(Laptop(lambda x: x), tmp_path)
    request = Asked("toy:f", {"x": range(40)}, name="lab").request(place)
    return place.sweeps.describe(place.submit(request, no_deadline).sweep.id, no_deadline)


def _shown(before: Description, *, progress: bool = True) -> None:
    with screen(progress=progress) as shown, shown.bar(before) as show:
        for done in range(0, 41, 10):
            show(EngineCounts(done - done // 20, done // 20))


def test_a_notebook_has_a_line_that_changes(before: Description, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last state stays: as HTML for the notebook, and as text for whatever else reads it."""
    kernel = Kernel()
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(run_view, "_FRAME", 0.0)
    _shown(before)
    assert len(kernel.shown) == 7
    assert repr(kernel.shown[0]) == f"{before.head.id}: 0 of 40 points, 0 failed"
    assert repr(kernel.shown[3]).startswith(f"{before.head.id}: 20 of 40 points, 1 failed, 0:00:00 left")
    assert repr(kernel.shown[-1]) == f"{before.head.id}: 40 of 40 points, 2 failed"
    assert kernel.shown[-1]._repr_html_() == f'<progress value="40" max="40"></progress> {kernel.shown[-1]!r}'


def test_a_notebook_is_not_flooded(before: Description, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many steps in a moment only the first and the last state are shown."""
    kernel = Kernel()
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(run_view, "_FRAME", 1000.0)
    _shown(before)
    assert len(kernel.shown) == 2


def test_a_terminal_has_a_bar(before: Description, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the bar of `sweep run`, on standard error."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    _shown(before)
    assert before.head.id in terminal.getvalue()


@contextmanager
def _without(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> Iterator[None]:
    monkeypatch.setattr(sys, "stderr", stream)
    yield


@pytest.mark.parametrize("stream", [io.StringIO(), None], ids=["a file", "no standard error"])
def test_elsewhere_there_is_nothing(
    before: Description, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    """A log or a test has no bar in it."""
    with _without(monkeypatch, stream):
        _shown(before)
    assert stream is None or not stream.getvalue()


def test_a_caller_may_want_nothing(before: Description, monkeypatch: pytest.MonkeyPatch) -> None:
    """`progress=False` is heeded in a terminal and in a notebook."""
    kernel = Kernel()
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    _shown(before, progress=False)
    assert kernel.shown == []
