"""A draft that other processes remove in the moment before it is locked."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

import pytest

from adapters.local.directory_results import DirectoryResultStore
from adapters.local.whole_files import remove_drafts


def test_a_draft_removed_before_it_is_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second engine on the same sweep clears drafts as it starts: the first one's result is stored all the same."""
    store = DirectoryResultStore(tmp_path)
    lock = fcntl.flock
    removed = 0

    def remove_and_lock(file: IO[bytes], operation: int) -> None:
        nonlocal removed
        if operation == fcntl.LOCK_EX and not removed:
            removed += 1
            store.remove_drafts("toy-1")
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", remove_and_lock)
    assert store.put("toy-1", 0, b"results")
    assert removed == 1
    assert [path.read_bytes() for path in store.paths("toy-1")] == [b"results"]
    assert store.paths("toy-1") == list(Path(store.location("toy-1")).iterdir())


def test_a_draft_that_was_made_anew_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processes that clear drafts at once, the slower one leaves alone what the writer has made meanwhile."""
    draft = tmp_path / ".00000000.jsonl.gz.0f.tmp"
    draft.write_bytes(b"")
    lock = fcntl.flock

    def replace_and_lock(file: IO[bytes], operation: int) -> None:
        draft.unlink()
        draft.write_bytes(b"made anew")
        lock(file, operation)

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", replace_and_lock)
        remove_drafts(tmp_path)
    assert draft.read_bytes() == b"made anew"
    remove_drafts(tmp_path)
    assert not draft.exists()
