"""The help of the commands on the pages of docs/commands."""

from __future__ import annotations

import re

from infra import help_pages


def test_every_command_is_on_one_page() -> None:
    """A new command needs a place on a page, and a command that is gone loses its place."""
    text = "".join(path.read_text(encoding="utf-8") for path in help_pages.PAGES.glob("*.md"))
    placed = re.findall(r"<!-- help:([a-z]+) -->", text)
    assert sorted(placed) == sorted(help_pages.commands())


def test_the_help_has_every_option() -> None:
    """Its name, what it takes, what it means, and its default."""
    text = help_pages.help_of("run")
    assert "sweep run FILE|M:F [options]" in text
    assert "| `--workers` `N` | Worker processes. Default: one a core. |" in text
    assert "`SWEEP_OUT`" in text
