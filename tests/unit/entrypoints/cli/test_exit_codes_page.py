"""The table of exit codes is true."""

from __future__ import annotations

import re
from pathlib import Path

from entrypoints.cli.exit_codes import ExitCode

PAGE = Path(__file__).parents[4] / "docs" / "commands" / "exit-codes.md"


def test_the_page_has_every_exit_code() -> None:
    """A row each, and no others."""
    codes = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(map(int, codes)) == sorted(ExitCode)
