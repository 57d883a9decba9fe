"""Tables of points in a folder: where chunks are, and what a disk may do to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.local.directory_tables import DirectoryTables
from domain.errors import DependencyUnavailable

DIGEST = "0123456789abcdef" * 4


def test_a_chunk_has_the_path_of_the_contract(tmp_path: Path) -> None:
    """Nothing else is left in the folder, drafts of killed processes among it."""
    folder = tmp_path / "tables" / DIGEST
    folder.mkdir(parents=True)
    (folder / ".000007.jsonl.gz.0123456789abcdef.tmp").write_bytes(b"half")
    DirectoryTables(tmp_path).put(DIGEST, 0, b"chunk")
    assert [path.name for path in folder.iterdir()] == ["000000.jsonl.gz"]


def test_a_chunk_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    """The same command costs a reading of the table."""
    tables = DirectoryTables(tmp_path)
    path = tmp_path / "tables" / DIGEST / "000000.jsonl.gz"
    tables.put(DIGEST, 0, b"chunk")
    before = path.stat().st_ino
    tables.put(DIGEST, 0, b"chunk")
    assert path.stat().st_ino == before


@pytest.mark.parametrize("damaged", [pytest.param(b"", id="empty"), pytest.param(b"ch", id="cut off")])
def test_a_damaged_chunk_is_written_anew(tmp_path: Path, damaged: bytes) -> None:
    """A disk that lost power may have lost what was written last."""
    tables = DirectoryTables(tmp_path)
    tables.put(DIGEST, 0, b"chunk")
    (tmp_path / "tables" / DIGEST / "000000.jsonl.gz").write_bytes(damaged)
    tables.put(DIGEST, 0, b"chunk")
    assert tables.chunk(DIGEST, 0) == b"chunk"


def test_what_the_disk_refuses_is_unavailable_with_its_place(tmp_path: Path) -> None:
    """A file in the place of the folder stands for every refusal."""
    (tmp_path / "tables").write_text("in the way")
    tables = DirectoryTables(tmp_path)
    with pytest.raises(DependencyUnavailable, match=r"cannot store .*000000\.jsonl\.gz: Not a directory"):
        tables.put(DIGEST, 0, b"chunk")
    with pytest.raises(DependencyUnavailable, match=r"cannot read .*: Not a directory"):
        tables.chunk(DIGEST, 0)
    assert not tables.has(DIGEST, 1)
