"""Result objects are read from files as they are, and what cannot be read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.report.object_files import ObjectFiles
from domain.errors import DependencyUnavailable


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    """A missing file is None, and a folder in its place is as an empty file."""
    (tmp_path / "a").write_bytes(b"no gzip")
    found = [ObjectFiles().read(str(path)) for path in (tmp_path / "a", tmp_path / "b", tmp_path)]
    assert found == [b"no gzip", None, b""]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not damaged: the caller gets `DependencyUnavailable`."""

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(DependencyUnavailable, match="cannot read /a: Permission denied"):
        ObjectFiles().read("/a")
