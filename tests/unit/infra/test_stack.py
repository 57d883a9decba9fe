"""The command line of the local stack, without a running stack."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from botocore.session import Session

from infra.local import aws_config, shell_lines, stack, stack_folder
from infra.local.caller import Caller
from infra.local.emulator import Emulator
from infra.local.example_sweep import UNKNOWN
from infra.local.process_group import ProcessGroup
from infra.local.stack_folder import StackFolder

OUTPUTS = {"ApiId": "api", "ApiStage": "v1"}
EXAMPLE = "models:f -p x=1,2,3"


@pytest.fixture(autouse=True)
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the stacks of a test in its own folder, and return its path."""
    monkeypatch.setattr(stack_folder, "STACKS", tmp_path / "stacks")
    return tmp_path / "stacks"


def test_stopping_an_unknown_stack_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """`down` prints that there is no such stack, and exits with 0."""
    assert stack.main(["down"]) == 0
    assert "no such stack" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../x", id="a parent folder"),
        pytest.param("", id="empty"),
        pytest.param("a/b", id="a slash"),
        pytest.param("a" * 33, id="33 characters"),
    ],
)
def test_name_is_no_path(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that would lead to another folder is refused."""
    assert stack.main(["down", "--name", name]) == 1
    assert "a stack's name is" in capsys.readouterr().err


def test_the_folder_of_a_dead_stack_is_not_reused(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`up` exits with 1 and prints the command that removes the folder."""
    (stacks / "old").mkdir(parents=True)
    assert stack.main(["up", "--name", "old"]) == 1
    assert "stack-down STACK=old" in capsys.readouterr().err


def test_an_unknown_stack_has_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    """`env` prints how to start the stack to standard error, and nothing to standard output."""
    assert stack.main(["env", "--name", "none"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, "stack-up STACK=none" in printed.err) == ("", True)


def test_variables_are_quoted_for_a_shell(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shell that evaluates the output of `env` has the exact path, with its blanks and quotes."""
    folder = stacks / "one"
    folder.mkdir(parents=True)
    record = {"endpoint_url": "https://127.0.0.1:1", "region": "eu-west-1", "api": "https://127.0.0.1:1/v1"}
    authority = "/some 'folder/authority.pem"
    (folder / "stack.json").write_text(json.dumps(record | {"authority": authority}), encoding="utf-8")
    assert stack.main(["env", "--name", "one"]) == 0
    shell = ["/bin/sh", "-c", 'eval "$0"; printf "%s\n" "$AWS_CA_BUNDLE" "$ENDPOINT"', capsys.readouterr().out]
    seen = subprocess.run(shell, capture_output=True, text=True, check=True).stdout
    assert seen.splitlines() == [authority, "https://127.0.0.1:1/v1/sweeps"]


def test_a_wrong_parameter_starts_nothing(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`up` exits with 1 and prints what is wrong, before the emulator starts."""
    wrong = ["WorkerTimeuot=3", "WorkerTimeout", "AllowedTargets=a:f"]
    assert [stack.main(["up", "--parameter", one]) for one in wrong] == [1, 1, 1]
    printed = capsys.readouterr().err
    assert "did you mean WorkerTimeout?" in printed
    assert "WorkerTimeout has no value" in printed
    assert "say which one it is, as in DefaultTarget=a:f" in printed
    assert not stacks.exists()


def test_down_removes_the_folder(stacks: Path) -> None:
    """`take_down` removes the folder of the stack, and the folder of all stacks if it is empty."""
    (stacks / "old" / "tmp").mkdir(parents=True)
    assert stack.take_down("old")
    assert not stacks.exists()


def test_record_holds_all_that_a_client_needs(stacks: Path) -> None:
    """The record holds the address of the API and the credentials of the caller."""
    emulator = Emulator(ProcessGroup(1, 1), 4566)
    running = stack.Stack(StackFolder(stacks / "x"), emulator, Caller("key", "secret"), OUTPUTS, EXAMPLE)
    assert running.record()["api"] == "https://127.0.0.1:4566/_aws/execute-api/api/v1"
    assert running.record()["caller"] == {"access_key_id": "key", "secret_access_key": "secret"}


def test_the_printed_lines_use_the_stack(stacks: Path) -> None:
    """They are commands of `sweep`; what must be edited is said, where the default target does not tell it."""
    folder = StackFolder(stacks / "lab")
    told = stack.Stack(folder, Emulator(ProcessGroup(1, 1), 4566), Caller("key", "secret"), OUTPUTS, EXAMPLE).record()
    assert "  sweep use lab\n  sweep submit models:f -p x=1,2,3 --wait\n" in shell_lines.greeting(told)
    assert UNKNOWN not in shell_lines.greeting(told)
    untold = told | {"example": EXAMPLE.replace("x", UNKNOWN)}
    assert f"in the place of {UNKNOWN}" in shell_lines.greeting(untold)


def test_awss_clients_can_use_the_stack_by_a_file(stacks: Path) -> None:
    """The file has the caller's key, the endpoint and the authority, and is for its owner alone."""
    folder = StackFolder(stacks / "100 % of" / "lab")
    folder.path.mkdir(parents=True)
    folder.keep_record(
        stack.Stack(folder, Emulator(ProcessGroup(1, 1), 4566), Caller("key", "s%cret/="), OUTPUTS, EXAMPLE).record()
    )
    path = folder.path / aws_config.CONFIG
    session = Session(profile="lab")
    session.set_config_variable("config_file", str(path))
    profile = session.get_scoped_config()
    assert (profile["region"], profile["endpoint_url"]) == ("us-east-1", "https://127.0.0.1:4566")
    assert profile["ca_bundle"] == str(folder.path / "authority.pem")
    credentials = session.get_credentials()
    assert credentials
    assert (credentials.access_key, credentials.secret_key) == ("key", "s%cret/=")
    assert path.stat().st_mode & 0o077 == 0
