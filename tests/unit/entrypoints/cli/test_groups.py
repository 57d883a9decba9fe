"""Groups of options: a command gets one value, and the command line shows each option."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.testing import CliRunner

from entrypoints.cli.groups import with_options


def _where(
    *, stack: Annotated[str | None, typer.Option(help="A stack.")] = None, region: str = "here"
) -> tuple[str, str]:
    return stack or "none", region


def test_a_command_gets_what_the_group_returns() -> None:
    """The options of the group stand beside the command's own, with their help and defaults."""
    app, got = typer.Typer(), []

    @app.command()
    @with_options(where=_where)
    def show(name: str, *, where: tuple[str, str], loud: bool = False) -> None:
        """Show something."""
        got.append((name, where, loud))

    run = CliRunner().invoke
    assert run(app, ["one", "--stack", "prod", "--loud"]).exit_code == 0
    assert run(app, ["two", "--region", "there"]).exit_code == 0
    assert got == [("one", ("prod", "here"), True), ("two", ("none", "there"), False)]
    text = run(app, ["--help"]).output
    assert "Show something." in text
    assert "A stack." in text
    assert "--where" not in text
