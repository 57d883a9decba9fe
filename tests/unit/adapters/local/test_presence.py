"""Presence: the proof that a process is alive."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from adapters.local.presence import Presence, is_present
from tests.fakes.at_once import at_once

_OTHER_PROCESS = """
import sys
from pathlib import Path
from adapters.local.presence import Presence
print(Presence(Path(sys.argv[1])).id, flush=True)
sys.stdin.read()
"""


def test_a_presence_lasts_until_it_is_closed(tmp_path: Path) -> None:
    """`is_present` returns True until `close`, even in the same process. A second `close` does nothing."""
    presence = Presence(tmp_path / "new" / "folder")
    assert is_present(tmp_path / "new" / "folder", presence.id)
    presence.close()
    presence.close()
    assert not is_present(tmp_path / "new" / "folder", presence.id)


def test_a_presence_ends_with_a_killed_process(tmp_path: Path) -> None:
    """The process need not close its presence: the operating system does."""
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        alive = is_present(tmp_path, name)
        process.kill()
    assert alive
    assert not is_present(tmp_path, name)


def test_an_unknown_process_is_not_present(tmp_path: Path) -> None:
    """`is_present` returns False for an unknown id and for a missing folder."""
    assert not is_present(tmp_path, "0123456789abcdef")
    assert not is_present(tmp_path / "nowhere", "0123456789abcdef")


def test_files_of_dead_processes_are_removed(tmp_path: Path) -> None:
    """A new presence removes the files of dead processes and keeps those of living ones."""
    living = Presence(tmp_path)
    (tmp_path / "0123456789abcdef.lock").touch()
    newest = Presence(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted([living.id, newest.id])
    assert is_present(tmp_path, living.id)
    living.close()
    newest.close()


def test_presences_made_at_once_are_all_present(tmp_path: Path) -> None:
    """A new presence never removes the file of another new one."""
    for _ in range(20):
        presences = at_once([partial(Presence, tmp_path)] * 8)
        assert all(is_present(tmp_path, presence.id) for presence in presences)
        for presence in presences:
            presence.close()
