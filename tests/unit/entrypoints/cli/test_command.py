"""The command before it has loaded its command line."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from entrypoints.cli import command


def test_ctrl_c_while_loading_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during the imports exits with 130 and no traceback, as it does later."""
    import_module = builtins.__import__

    def interrupted(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - the signature of Python's own import
        if name == "entrypoints.cli.app":
            raise KeyboardInterrupt
        return import_module(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "entrypoints.cli.app", raising=False)
    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 130
