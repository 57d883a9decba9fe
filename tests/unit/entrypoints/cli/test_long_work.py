"""Long work shows a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from entrypoints.cli.long_work import bar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Return that this is a terminal."""
        return True


def test_a_bar_is_shown_once_the_work_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before that nothing is written; at the end the bar is removed."""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    now = [0.0]
    with bar("verify", lambda: now[0]) as show:
        now[0] = 0.1
        show(1, 9)
        assert terminal.getvalue() == ""
        now[0] = 1.0
        show(3, 9)
        assert "verify" in terminal.getvalue()


def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reader asked for the findings alone."""
    monkeypatch.setattr(sys, "stderr", pipe := io.StringIO())
    with bar("verify") as show:
        show(1, 9)
    assert pipe.getvalue() == ""
