"""`make deploy` asks the deployed stack what it was built from, and builds and deploys with the SAM CLI."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import deploy
from infra.deployed_stack import parameters_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEPLOYED = {"TargetFolders": "pendulum", "AllowedTargets": "pendulum:swing", "DefaultTarget": "pendulum:swing"}
# With both named, Lambda is not asked what the account can reserve.
NAMED = ["--parameter", "ParentConcurrency=20", "--parameter", "UndeliveredConcurrency=5"]


class Account:
    """A session whose CloudFormation answers as a test lays out, and whose Lambda is asked nothing."""

    def __init__(self, stacks: CloudFormationClient) -> None:
        """Keep the client."""
        self.clients = {"cloudformation": stacks, "lambda": None}
        self.stub = Stubber(stacks)

    def client(self, service: str) -> Any:  # noqa: ANN401 - as boto3's own
        """Return the client of a service."""
        return self.clients[service]

    def has(self, parameters: dict[str, str], status: str = "UPDATE_COMPLETE") -> None:
        """Have a stack in a state, with these parameters."""
        listed = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        stack = {"StackName": "serverless-sweep", "CreationTime": 0, "StackStatus": status, "Parameters": listed}
        self.stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "serverless-sweep"})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Yield the account that `make deploy` finds; each answer must be used."""
    found = Account(boto3.Session("key", "secret", region_name="us-east-1").client("cloudformation"))
    monkeypatch.setattr(deploy, "_session", lambda: found)
    for variable in ("TARGETS", "ARCHITECTURE", "AWS_SERVICES"):
        monkeypatch.delenv(variable, raising=False)
    with found.stub as stub:
        yield found
        stub.assert_no_pending_responses()


class Sam:
    """Notes the commands of the SAM CLI, and ends with the exit codes of a test."""

    def __init__(self, codes: dict[str, int]) -> None:
        """Know the exit codes by command; 0 for others."""
        self.codes = codes
        self.runs: list[tuple[str, list[str], dict[str, str]]] = []

    def __call__(self, command: tuple[str, ...], env: dict[str, str], **_rest: object) -> Any:  # noqa: ANN401 - in place of subprocess.run
        """Note a command."""
        self.runs.append((command[1], list(command[2:]), env))
        return subprocess.CompletedProcess(command, self.codes.get(command[1], 0))


def sam(monkeypatch: pytest.MonkeyPatch, **codes: int) -> Sam:
    """Put a recorder in the place of the SAM CLI."""
    recorder = Sam(codes)
    monkeypatch.setattr(subprocess, "run", recorder)
    return recorder


def test_an_update_without_targets_builds_with_those_of_the_stack(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The build has the folders and the allowed targets of the stack; the stack remembers the folders anew."""
    account.has(DEPLOYED)
    recorder = sam(monkeypatch)
    assert deploy.main([*NAMED, "--parameter", "WorkerTimeout=30"]) == 0
    (build, _, variables), (last, overrides, _) = recorder.runs
    assert (build, last) == ("build", "deploy")
    assert (variables["TARGETS"], variables["ALLOWED"]) == ("pendulum", "pendulum:swing")
    assert {'TargetFolders="pendulum"', 'WorkerTimeout="30"'} <= set(overrides)
    assert "built as before, with TARGETS=pendulum" in capsys.readouterr().err


def test_a_build_that_fails_is_not_deployed(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is that of the build."""
    account.has(DEPLOYED)
    recorder = sam(monkeypatch, build=3)
    assert deploy.main(NAMED) == 3
    assert [run[0] for run in recorder.runs] == ["build"]


def test_an_account_that_does_not_answer_gets_no_other_bundle(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is built where it is unknown what the stack was built from."""
    account.stub.add_client_error("describe_stacks", "AccessDenied", "no")
    recorder = sam(monkeypatch)
    assert deploy.main([]) == 1
    assert recorder.runs == []
    assert "does not say what the stack was built from" in capsys.readouterr().err


def test_a_wrong_parameter_asks_no_account(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The message comes before any call, and before anything is built."""
    monkeypatch.setattr(deploy, "_session", None)
    recorder = sam(monkeypatch)
    assert deploy.main(["--parameter", "WorkerTimeout"]) == 1
    assert recorder.runs == []
    assert "WorkerTimeout has no value" in capsys.readouterr().err


def test_a_stack_that_was_never_made_has_no_parameters(account: Account) -> None:
    """Neither where there is none, nor where its first change set was declined."""
    account.stub.add_client_error("describe_stacks", "ValidationError", "Stack with id x does not exist")
    account.has(DEPLOYED, "REVIEW_IN_PROGRESS")
    account.has(DEPLOYED)
    client = account.client("cloudformation")
    assert [parameters_of(client, "serverless-sweep") for _ in range(3)] == [{}, {}, DEPLOYED]
