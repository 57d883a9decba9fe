"""Results in a directory: the rules of file systems, which the contract suite cannot test."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from adapters.local.directory_results import DirectoryResultStore
from domain.errors import DependencyUnavailable
from tests.fakes.at_once import at_once

_SWEEP = "lab-000000000001"


def _refuse(number: int, *_: object) -> None:
    raise OSError(number, os.strerror(number))


@pytest.fixture
def store(tmp_path: Path) -> DirectoryResultStore:
    """Return a store in a new folder."""
    return DirectoryResultStore(tmp_path)


def _body(store: DirectoryResultStore) -> bytes | None:
    stored = store.get(_SWEEP, 0)
    return stored.body if stored else None


def _files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "sweeps" / _SWEEP / "results").iterdir())


def test_an_object_has_the_path_of_contract_4(store: DirectoryResultStore, tmp_path: Path) -> None:
    """The path is `sweeps/<id>/results/<number, 8 digits>.jsonl.gz`, and the folder holds nothing else."""
    store.put(_SWEEP, 12, b"body")
    store.put(_SWEEP, 12, b"other")
    assert _files(tmp_path) == ["00000012.jsonl.gz"]
    assert store.location(_SWEEP) == str(tmp_path / "sweeps" / _SWEEP / "results")


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EMLINK], ids=["EPERM", "ENOTSUP", "EMLINK"])
def test_without_hard_links_the_first_object_stays(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """On a file system without hard links the store renames objects, and the first of eight writers wins."""
    monkeypatch.setattr(os, "link", partial(_refuse, number))
    bodies = [bytes([number]) * 1000 for number in range(8)]
    stored = at_once([partial(DirectoryResultStore(tmp_path).put, _SWEEP, 0, body) for body in bodies])
    assert stored.count(True) == 1
    assert _body(store) == bodies[stored.index(True)]
    assert _files(tmp_path) == ["00000000.jsonl.gz"]


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_full_disk_leaves_nothing(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """If the disk is full, `put` raises with the path and leaves neither object nor draft."""
    with monkeypatch.context() as patch:
        patch.setattr(os, call, partial(_refuse, errno.ENOSPC))
        with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz: No space left on device"):
            store.put(_SWEEP, 0, b"body")
    assert _files(tmp_path) == []
    assert store.get(_SWEEP, 0) is None
    assert store.put(_SWEEP, 0, b"body")


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_full_disk_leaves_the_earlier_object(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """If the disk is full, `replace` raises with the path and leaves the earlier object and no draft."""
    store.put(_SWEEP, 0, b"body")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, partial(_refuse, errno.ENOSPC))
        with pytest.raises(DependencyUnavailable, match=r"00000000\.jsonl\.gz: No space left on device"):
            store.replace(_SWEEP, 0, b"later", hashlib.sha256(b"body").hexdigest())
    assert _files(tmp_path) == ["00000000.jsonl.gz"]
    assert _body(store) == b"body"


# A process that replaces `body` by `later`, and is killed on the way.
_KILLED = """
import os, sys
from pathlib import Path
from adapters.local.directory_results import DirectoryResultStore
store = DirectoryResultStore(Path(sys.argv[1]))
version = store.get(sys.argv[2], 0).version
def die(*_):
    os.kill(os.getpid(), 9)
rename = Path.rename
def rename_and_die(*paths):
    rename(*paths)
    die()
"""


@pytest.mark.parametrize(
    ("patch", "body", "files"),
    [
        pytest.param("os.fsync = die", b"body", 2, id="before the draft is whole"),
        pytest.param("Path.rename = die", b"body", 2, id="before it has its name"),
        pytest.param("Path.rename = rename_and_die", b"later", 1, id="after that"),
    ],
)
def test_a_killed_replacement_leaves_a_whole_object(
    store: DirectoryResultStore, tmp_path: Path, patch: str, body: bytes, files: int
) -> None:
    """Whenever a process is killed, the object is the earlier or the later one, and no lock or draft stays."""
    store.put(_SWEEP, 0, b"body")
    script = f"{_KILLED}\n{patch}\nstore.replace(sys.argv[2], 0, b'later', version)"
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path), _SWEEP], check=False)
    assert (killed.returncode, _body(store), len(_files(tmp_path))) == (-signal.SIGKILL, body, files)
    store.remove_drafts(_SWEEP)
    assert _files(tmp_path) == ["00000000.jsonl.gz"]
    assert store.replace(_SWEEP, 0, b"last", hashlib.sha256(body).hexdigest())
    assert _body(store) == b"last"


def test_a_replacement_without_an_object_makes_no_folder(store: DirectoryResultStore, tmp_path: Path) -> None:
    """A sweep without results has no folder, also after a replacement was tried."""
    assert store.replace(_SWEEP, 0, b"body", hashlib.sha256(b"").hexdigest()) is False
    assert list(tmp_path.iterdir()) == []


def test_no_other_process_replaces_between_look_and_rename(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is locked from the comparison of the version to the rename."""
    rename = Path.rename

    def check_and_rename(draft: Path, path: Path) -> Path:
        folder = os.open(path.parent, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        os.close(folder)
        return rename(draft, path)

    store.put(_SWEEP, 0, b"body")
    monkeypatch.setattr(Path, "rename", check_and_rename)
    assert store.replace(_SWEEP, 0, b"later", hashlib.sha256(b"body").hexdigest())
    assert _body(store) == b"later"


def test_an_object_that_vanishes_meanwhile_is_not_replaced(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is compared when the draft is written: what was removed until then does not come back."""
    store.put(_SWEEP, 0, b"body")
    flush = os.fsync

    def remove_and_flush(descriptor: int) -> None:
        (tmp_path / "sweeps" / _SWEEP / "results" / "00000000.jsonl.gz").unlink(missing_ok=True)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", remove_and_flush)
    assert store.replace(_SWEEP, 0, b"later", hashlib.sha256(b"body").hexdigest()) is False
    assert _files(tmp_path) == []


def test_a_folder_that_vanishes_is_reported(
    store: DirectoryResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the folder is removed while a sweep runs, `put` raises `DependencyUnavailable`, not an `OSError`."""
    monkeypatch.setattr(os, "link", partial(_refuse, errno.ENOENT))
    with pytest.raises(DependencyUnavailable, match="cannot store or read results"):
        store.put(_SWEEP, 0, b"body")


def test_a_root_that_is_a_file_is_reported(tmp_path: Path) -> None:
    """Below a regular file, `put`, `replace` and `get` raise `DependencyUnavailable`."""
    (tmp_path / "file").touch()
    store = DirectoryResultStore(tmp_path / "file")
    with pytest.raises(DependencyUnavailable):
        store.put(_SWEEP, 0, b"body")
    with pytest.raises(DependencyUnavailable):
        store.replace(_SWEEP, 0, b"body", "version")
    with pytest.raises(DependencyUnavailable):
        store.get(_SWEEP, 0)


def test_paths_are_in_the_order_of_the_shards(store: DirectoryResultStore, tmp_path: Path) -> None:
    """Paths are sorted by number, even beyond eight digits, and do not include drafts."""
    for shard in (10**9, 2, 10**8, 11):
        store.put(_SWEEP, shard, b"body")
    (tmp_path / "sweeps" / _SWEEP / "results" / ".00000003.jsonl.gz.1.tmp").touch()
    names = [path.name for path in store.paths(_SWEEP)]
    assert names == ["00000002.jsonl.gz", "00000011.jsonl.gz", "100000000.jsonl.gz", "1000000000.jsonl.gz"]


def test_drafts_of_killed_workers_are_removed(store: DirectoryResultStore, tmp_path: Path) -> None:
    """`remove_drafts` deletes drafts and keeps results. A sweep without a folder is no error."""
    store.remove_drafts(_SWEEP)
    store.put(_SWEEP, 0, b"body")
    (tmp_path / "sweeps" / _SWEEP / "results" / ".00000003.jsonl.gz.1.tmp").touch()
    store.remove_drafts(_SWEEP)
    assert _files(tmp_path) == ["00000000.jsonl.gz"]


def test_drafts_of_living_workers_stay(store: DirectoryResultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """`remove_drafts` of another process does not delete the draft that a worker is writing."""
    flush = os.fsync

    def interrupted(descriptor: int) -> None:
        store.remove_drafts(_SWEEP)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    assert store.put(_SWEEP, 0, b"body")
    assert _body(store) == b"body"
