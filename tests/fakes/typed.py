"""Typing a command of `sweep` in the process of a test."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from entrypoints.cli.app import main


@dataclass(frozen=True, slots=True)
class Typed:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def typed(*words: str) -> Typed:
    """Run `sweep` with these words, and return what came of it."""
    # Commands may write bytes, as to a terminal's standard output.
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    code = 0
    with patch.object(sys, "argv", ["sweep", *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    out.flush()
    return Typed(code, out.buffer.getvalue().decode(), err.getvalue())
