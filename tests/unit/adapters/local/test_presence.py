"""The sign that a process is alive."""

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


def test_the_sign_is_up_until_it_is_closed(tmp_path: Path) -> None:
    """Seen, also by its own process, from construction to `close`, which may be called twice."""
    sign = Presence(tmp_path / "new" / "folder")
    assert is_present(tmp_path / "new" / "folder", sign.id)
    sign.close()
    sign.close()
    assert not is_present(tmp_path / "new" / "folder", sign.id)


def test_the_sign_goes_down_with_a_killed_process(tmp_path: Path) -> None:
    """Nothing that the process could forget to do is needed."""
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        alive = is_present(tmp_path, name)
        process.kill()
    assert alive
    assert not is_present(tmp_path, name)


def test_a_sign_that_never_was_is_down(tmp_path: Path) -> None:
    """An unknown id, and a folder that is not there, are no presence."""
    assert not is_present(tmp_path, "0123456789abcdef")
    assert not is_present(tmp_path / "nowhere", "0123456789abcdef")


def test_what_dead_processes_left_is_cleared_away(tmp_path: Path) -> None:
    """A new sign removes the files of dead ones and leaves those of living ones."""
    living = Presence(tmp_path)
    (tmp_path / "0123456789abcdef.lock").touch()
    newest = Presence(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted([living.id, newest.id])
    assert is_present(tmp_path, living.id)
    living.close()
    newest.close()


def test_signs_put_up_at_once_are_all_up(tmp_path: Path) -> None:
    """Nobody takes another's fresh sign for a dead one."""
    for _ in range(20):
        signs = at_once([partial(Presence, tmp_path)] * 8)
        assert all(is_present(tmp_path, sign.id) for sign in signs)
        for sign in signs:
            sign.close()
