"""Writes what `sweep --help` says into the pages of docs/commands: `make schema`.

A page has a pair of comments, `help:COMMAND` and `/help`, where the help of a command belongs; the rest is its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from entrypoints.cli.app import app

PAGES = Path(__file__).parent.parent / "docs" / "commands"
_BETWEEN = re.compile(r"(?<=<!-- help:)([a-z]+)( -->\n).*?(?=<!-- /help -->)", re.DOTALL)


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the path of each page, and the text that it should have."""
    for path in sorted(PAGES.glob("*.md")):
        yield path, _BETWEEN.sub(_with_help, path.read_text(encoding="utf-8"))


def _with_help(found: re.Match[str]) -> str:
    return found[1] + found[2] + help_of(found[1])


def commands() -> dict[str, Any]:
    """Return every command by its name."""
    group: Any = typer.main.get_command(app)
    found: dict[str, Any] = group.commands
    return found


def help_of(name: str) -> str:
    """Return a command's usage, text and options as Markdown."""
    command = commands()[name]
    words = [parameter.metavar or parameter.name.upper() for parameter in command.params if _is_argument(parameter)]
    usage = " ".join(["sweep", name, *words, "[options]"])
    rows = [_row(parameter) for parameter in command.params]
    table = ["| | |", "|---|---|", *rows]
    return "\n".join([f"\n```text\n{usage}\n```\n", _text(command.help), "", *table, "", ""])


def _is_argument(parameter: Any) -> bool:  # noqa: ANN401 - typer's parameters have no common type
    return bool(parameter.param_type_name == "argument")


def _row(parameter: Any) -> str:  # noqa: ANN401 - likewise
    names = [parameter.metavar or parameter.name] if _is_argument(parameter) else parameter.opts
    shown = ", ".join(f"`{name}`" for name in names)
    if not _is_argument(parameter) and not parameter.is_flag:
        shown += f" `{parameter.metavar or parameter.name.upper()}`"
    variable = f" (or `{parameter.envvar}`)" if isinstance(parameter.envvar, str) else ""
    return f"| {shown} | {_text(parameter.help or '')}{variable}{_default(parameter)} |".replace("|M:F", "\\|M:F")


def _default(parameter: Any) -> str:  # noqa: ANN401 - likewise
    shown = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    is_told = shown not in (None, "", False, True) and shown != () and not callable(shown)
    return f" Default: {shown}." if is_told else ""


def _text(text: str) -> str:
    """Return a text of the help without the line breaks within its paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
