"""The latest sweep of a stack is remembered in a file, which is no more than a help."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.machine.latest_file import LatestFile
from domain.errors import DependencyUnavailable


def test_the_latest_sweep_is_that_of_the_last_command(tmp_path: Path) -> None:
    """Another process reads what one wrote."""
    path = tmp_path / "lab" / "latest"
    assert LatestFile(path).latest() is None
    for sweep_id in ("a-1", "b-2"):
        LatestFile(path).deal_with(sweep_id)
        assert LatestFile(path).latest() == sweep_id
    assert [one.name for one in path.parent.iterdir()] == ["latest"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"\n"], ids=["empty", "not UTF-8", "blank"])
def test_a_damaged_file_is_none(tmp_path: Path, content: bytes) -> None:
    """A command that reads it does without."""
    (tmp_path / "latest").write_bytes(content)
    assert LatestFile(tmp_path / "latest").latest() is None


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Of which a command that only reads makes nothing."""
    (tmp_path / "lab").write_text("", encoding="utf-8")
    with pytest.raises(DependencyUnavailable, match="cannot keep the latest sweep in"):
        LatestFile(tmp_path / "lab" / "latest").deal_with("a-1")
