"""The command before there is a command line."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from entrypoints.cli import command


def test_ctrl_c_while_loading_leaves_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback: the same exit code as at any other moment."""
    real = builtins.__import__

    def interrupted(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as Python's own import
        if name == "entrypoints.cli.app":
            raise KeyboardInterrupt
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "entrypoints.cli.app", raising=False)
    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 130
