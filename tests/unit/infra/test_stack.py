"""The command line of the local stack, as far as it goes without one."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from infra.local import shell_lines, stack, stack_folder
from infra.local.caller import Caller
from infra.local.emulator import Emulator
from infra.local.process_group import ProcessGroup
from infra.local.stack_folder import StackFolder

OUTPUTS = {"ApiId": "api", "ApiStage": "v1"}


@pytest.fixture(autouse=True)
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep stacks in a folder of the test's own."""
    monkeypatch.setattr(stack_folder, "STACKS", tmp_path / "stacks")
    return tmp_path / "stacks"


def test_stopping_what_is_not_there_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """`stack-down` may be typed at any time."""
    assert stack.main(["down"]) == 0
    assert "no such stack" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["../x", "", "a/b", "a" * 33])
def test_name_is_no_path(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name can reach no other folder."""
    assert stack.main(["down", "--name", name]) == 1
    assert "a stack's name is" in capsys.readouterr().err


def test_what_is_left_of_a_dead_stack_is_not_touched(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`up` says how to remove it."""
    (stacks / "old").mkdir(parents=True)
    assert stack.main(["up", "--name", "old"]) == 1
    assert "stack-down STACK=old" in capsys.readouterr().err


def test_variables_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """`env` says how to start it, and prints nothing that a shell would take."""
    assert stack.main(["env", "--name", "none"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, "stack-up STACK=none" in printed.err) == ("", True)


def test_variables_survive_a_shell(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with blanks and quotes in its name comes out of `eval` as it was."""
    folder = stacks / "one"
    folder.mkdir(parents=True)
    record = {"endpoint_url": "https://127.0.0.1:1", "region": "eu-west-1", "api": "https://127.0.0.1:1/v1"}
    authority = "/some 'folder/authority.pem"
    (folder / "stack.json").write_text(json.dumps(record | {"authority": authority}), encoding="utf-8")
    assert stack.main(["env", "--name", "one"]) == 0
    shell = ["/bin/sh", "-c", 'eval "$0"; printf "%s\n" "$AWS_CA_BUNDLE" "$ENDPOINT"', capsys.readouterr().out]
    seen = subprocess.run(shell, capture_output=True, text=True, check=True).stdout
    assert seen.splitlines() == [authority, "https://127.0.0.1:1/v1/sweeps"]


def test_down_removes_the_folder(stacks: Path) -> None:
    """Nothing is left, not even the folder of stacks."""
    (stacks / "old" / "tmp").mkdir(parents=True)
    assert stack.take_down("old")
    assert not stacks.exists()


def test_record_tells_a_client_everything(stacks: Path) -> None:
    """Where to send, whom to trust, how to sign."""
    running = Emulator(ProcessGroup(1, 1), 4566)
    made = stack.Stack(StackFolder(stacks / "x"), running, Caller("key", "secret"), OUTPUTS)
    assert made.record()["api"] == "https://127.0.0.1:4566/_aws/execute-api/api/v1"
    assert made.record()["caller"] == {"access_key_id": "key", "secret_access_key": "secret"}


def test_the_printed_lines_say_how_to_submit_and_how_to_ask(stacks: Path) -> None:
    """Signed as the caller; a folder with a blank in its name stays one word for the shell."""
    folder = StackFolder(stacks / "a b")
    record = stack.Stack(folder, Emulator(ProcessGroup(1, 1), 4566), Caller("key", "secret"), OUTPUTS).record()
    endings = ((shell_lines.submission, "/api/v1/sweeps"), (shell_lines.question, "/api/v1/sweeps/SWEEP_ID"))
    for line, end in ((write(record), end) for write, end in endings):
        words = shlex.split(line)
        assert words[words.index("--cacert") + 1] == str(stacks / "a b" / "authority.pem")
        assert words[words.index("--user") + 1] == "key:secret"
        assert words[-1].endswith(end)
