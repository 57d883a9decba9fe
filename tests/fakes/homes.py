"""The home of a person who works below the clone of a stack of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFIG = "[profile lab]\nregion = us-east-1\nendpoint_url = {}\naws_access_key_id = k\naws_secret_access_key = s\n"


def move_below_a_stack(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move to a folder below that of the stack `lab` at this address, with an empty home, and return the home.

    No environment says where sweeps are, and attempts follow one another at once.
    """
    (folder / ".stacks" / "lab").mkdir(parents=True)
    (folder / ".stacks" / "lab" / "aws-config").write_text(CONFIG.format(url), encoding="utf-8")
    (folder / "work").mkdir()
    monkeypatch.chdir(folder / "work")
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(folder / "home" / name))
    for name in ("SWEEP_OUT", "SWEEP_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setattr("random.uniform", lambda *_: 0.0)
    return folder / "home"
