"""A process group ends all processes of a stack, and no other process."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from infra.local.process_group import ProcessGroup

SLEEP = "import time; time.sleep(60)"
PARENT = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', '{SLEEP}']); time.sleep(60)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
OTHER_GROUP = PARENT.replace("'])", "'], process_group=0)")
ORPHAN = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{SLEEP}'])"


def start(program: str, folder: Path) -> ProcessGroup:
    """Start a Python program as a group."""
    return ProcessGroup.start((sys.executable, "-c", program), os.environ, folder, folder / "log")


def wait_for(group: ProcessGroup, members: int) -> None:
    """Wait until the group has this number of processes, or fail after 20 s."""
    deadline = time.monotonic() + 20
    while len(group.members) != members:
        assert time.monotonic() < deadline, group.members
        time.sleep(0.02)


def test_stops_leader_and_children(tmp_path: Path) -> None:
    """`stop` ends the children too: a function runs in a child process of the emulator."""
    group = start(PARENT, tmp_path)
    wait_for(group, 2)
    group.stop()
    assert group.members == ()
    assert not group.leads


def test_stops_children_in_groups_of_their_own(tmp_path: Path) -> None:
    """`stop` ends every process of the leader's session: the runtime emulator puts its child into another group."""
    group = start(OTHER_GROUP, tmp_path)
    wait_for(group, 2)
    os.kill(group.number, signal.SIGKILL)
    wait_for(group, 1)
    group.stop()
    assert group.members == ()


def test_a_group_without_a_session_is_alone(tmp_path: Path) -> None:
    """`stop` ends a group that was started in this session, and not this session."""
    command = (sys.executable, "-c", SLEEP)
    group = ProcessGroup.start(command, os.environ, tmp_path, tmp_path / "log", session=False)
    wait_for(group, 1)
    assert os.getsid(group.number) == os.getsid(0)
    group.stop()
    assert group.members == ()


def test_stops_processes_that_ignore_sigterm(tmp_path: Path) -> None:
    """`stop` ends an emulator that ignores SIGTERM, as an overloaded one does."""
    group = start(IGNORES_SIGTERM, tmp_path)
    deadline = time.monotonic() + 20
    while not (tmp_path / "log").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    group.stop(patience=0.3)
    assert group.members == ()


def test_stops_orphans(tmp_path: Path) -> None:
    """Children of a leader that has ended are still members of the group, and `stop` ends them."""
    group = start(ORPHAN, tmp_path)
    deadline = time.monotonic() + 20
    while group.leads or not group.members:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    group.stop()
    assert group.members == ()


def test_leaves_a_later_process_of_the_same_number_alone(tmp_path: Path) -> None:
    """The system may reuse the number of a process. The later process has another start time."""
    group = start(SLEEP, tmp_path)
    other = ProcessGroup(group.number, group.started - 1)
    try:
        other.stop(patience=0.1)
        assert not other.leads
        assert group.leads
    finally:
        group.stop()


def test_stopping_twice_is_no_error(tmp_path: Path) -> None:
    """`stop` does nothing if no process of the group runs."""
    group = start("", tmp_path)
    wait_for(group, 0)
    group.stop()
    group.stop()


def test_failure_to_start_is_in_the_log(tmp_path: Path) -> None:
    """A command that does not exist ends at once, and the log names it."""
    group = ProcessGroup.start((str(tmp_path / "nothing"),), {}, tmp_path, tmp_path / "log")
    wait_for(group, 0)
    assert "nothing" in (tmp_path / "log").read_text(encoding="utf-8")


def test_command_runs_in_its_folder(tmp_path: Path) -> None:
    """Python imports from the current folder first, so the command must start in the right one."""
    group = start("import os; print(os.getcwd())", tmp_path)
    wait_for(group, 0)
    assert (tmp_path / "log").read_text(encoding="utf-8").strip() == str(tmp_path)
