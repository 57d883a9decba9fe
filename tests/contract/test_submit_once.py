"""A submission whose answer never came is the same sweep when the command is typed again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.errors import DependencyUnavailable, SweepError
from entrypoints.cli.app import app
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import DeployedApi, html, lost
from tests.fakes.homes import move_below_a_stack
from tests.fakes.loopback import LoopbackHandler

SUBMIT = ("submit", "toy:f", "-p", "x=1,2,3", "--stack", "lab", "--json")


@pytest.fixture
def server() -> Iterator[DeployedApi]:
    """Yield the stack `lab`."""
    with DeployedApi(ApiDesk()) as server:
        yield server


@pytest.fixture
def home(server: DeployedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move to a folder below that of a local stack, with an empty home, and return the home."""
    return move_below_a_stack(server.url, tmp_path, monkeypatch)


def type_submit() -> None:
    """Type the command in this process; raises what it raises."""
    CliRunner().invoke(app, SUBMIT, catch_exceptions=False)


def pending(home: Path) -> list[Path]:
    """Return the files of the keys of submissions without an answer."""
    return list(home.rglob("pending/*"))


def test_a_submission_without_an_answer_is_typed_again(server: DeployedApi, home: Path) -> None:
    """Five lost answers end the first command; the second one goes on with the sweep that they made, and is done."""
    server.faults.extend([lost] * 5)
    with pytest.raises(DependencyUnavailable):
        type_submit()
    assert len(pending(home)) == 1
    type_submit()
    assert pending(home) == []
    assert (len(server.submissions), len(set(server.submissions))) == (6, 1)
    assert len(server.desk.ledger.heads(10, None).heads) == 1


def test_a_third_submission_is_a_sweep_of_its_own(server: DeployedApi, home: Path) -> None:
    """Once a submission is answered, the same command makes another sweep."""
    type_submit()
    type_submit()
    assert len(server.desk.ledger.heads(10, None).heads) == 2


def test_an_answer_that_is_none_does_not_count(server: DeployedApi, home: Path) -> None:
    """A page of a proxy may hide that the sweep was made: the key stays."""
    server.faults.append(html(200))
    with pytest.raises(DependencyUnavailable):
        type_submit()
    assert len(pending(home)) == 1


def test_an_answer_in_full_does_not_count_before_all_of_it_is_known(server: DeployedApi, home: Path) -> None:
    """Where the sweep was made, and asking how far it is fails, the second command goes on with it."""
    server.faults.extend([_pass, html(200)])
    with pytest.raises(DependencyUnavailable):
        type_submit()
    type_submit()
    assert len(server.desk.ledger.heads(10, None).heads) == 1


def _pass(handler: LoopbackHandler, ask: Callable[[], dict[str, Any]]) -> None:
    answer = ask()
    handler.answer(answer["statusCode"], answer["body"].encode(), answer["headers"])


@pytest.mark.parametrize("content", ["", "0123", "x" * 32], ids=["empty", "half", "no key"])
def test_a_damaged_key_is_said(server: DeployedApi, home: Path, content: str) -> None:
    """The message names the file and how to find the sweep; nothing is sent."""
    server.faults.extend([lost] * 5)
    with pytest.raises(DependencyUnavailable):
        type_submit()
    (path,) = pending(home)
    path.write_text(content, encoding="utf-8")
    server.requests.clear()
    with pytest.raises(SweepError, match=f"{path} holds no idempotency key; look with `sweep list`"):
        type_submit()
    assert server.requests == []


@pytest.mark.one_python
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_a_command_that_ends_before_the_answer_makes_one_sweep(
    server: DeployedApi, home: Path, number: signal.Signals
) -> None:
    """Ended between the request and its answer, and typed again, it goes on with the sweep that it made."""
    made, ended = threading.Event(), threading.Event()

    def hold(handler: LoopbackHandler, ask: Callable[[], dict[str, Any]]) -> None:
        ask()
        made.set()
        ended.wait(60)
        handler.close_connection = True

    server.faults.append(hold)
    command = (sys.executable, "-c", "from entrypoints.cli.command import main; main()", *SUBMIT)
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.PIPE) as typed:
        try:
            assert made.wait(30)
            typed.send_signal(number)
            typed.communicate(timeout=60)
        finally:
            ended.set()
            typed.kill()
    assert typed.returncode in {130, -number}
    assert len(pending(home)) == 1
    type_submit()
    assert len(set(server.submissions)) == 1
    assert len(server.desk.ledger.heads(10, None).heads) == 1
