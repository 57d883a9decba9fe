"""What `make deploy` reserves in accounts of different sizes, asked by botocore's own stubs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import boto3
import pytest
from botocore.stub import Stubber

from infra.concurrency import LEAST_UNRESERVED, RESERVED, Account, Clients, main
from infra.template_file import TEMPLATE, read_template

NAMED = ["ParentConcurrency=7", "UndeliveredConcurrency=2"]
BOTH = "ParentConcurrency=20 UndeliveredConcurrency=5"
AS_BEFORE = {"ParentConcurrency": "20", "UndeliveredConcurrency": "5"}


@dataclass(frozen=True, slots=True)
class Aws:
    """Clients whose answers a test lays out in advance."""

    clients: Clients
    functions: Stubber
    stacks: Stubber

    def account(self, limit: int, unreserved: int) -> None:
        """Answer with the limits of an account."""
        found = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}
        self.functions.add_response("get_account_settings", {"AccountLimit": found})

    def stack(self, parameters: Mapping[str, str]) -> None:
        """Answer with a stack that is deployed with these parameters."""
        listed = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        found = {"StackName": "serverless-sweep", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}
        self.stacks.add_response("describe_stacks", {"Stacks": [{**found, "Parameters": listed}]})

    def no_stack(self) -> None:
        """Answer that there is no such stack."""
        self.stacks.add_client_error("describe_stacks", "ValidationError", "Stack with id x does not exist")


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Yield clients without a network; each answer must be used."""
    session = boto3.Session("key", "secret", region_name="us-east-1")
    clients = Clients(session.client("lambda"), session.client("cloudformation"))
    with Stubber(clients.functions) as functions, Stubber(clients.stacks) as stacks:
        yield Aws(clients, functions, stacks)
        functions.assert_no_pending_responses()
        stacks.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("limit", "unreserved", "arguments", "added"),
    [
        pytest.param(1000, 1000, [], BOTH, id="a usual account"),
        pytest.param(1000, 125, [], BOTH, id="other functions leave just enough"),
        pytest.param(125, 125, [], BOTH, id="the smallest account that can reserve"),
        pytest.param(1000, 1000, ["ParentConcurrency=50"], "UndeliveredConcurrency=5", id="one is named"),
        pytest.param(1000, 1000, ["ParentConcurrency=0"], "UndeliveredConcurrency=5", id="one is named as none"),
        pytest.param(1000, 1000, ["WorkerConcurrency=875"], BOTH, id="as many workers as possible"),
        pytest.param(1000, 1000, ["WorkerConcurrency=all"], BOTH, id="what CloudFormation will refuse"),
    ],
)
def test_a_first_deployment_reserves_for_what_must_stay_alive(
    aws: Aws, limit: int, unreserved: int, arguments: list[str], added: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the parameters do not name is reserved where Lambda can keep 100 unreserved."""
    aws.account(limit, unreserved)
    aws.no_stack()
    assert main(arguments, aws.clients) == 0
    assert capsys.readouterr() == (added, "")


@pytest.mark.parametrize(
    ("limit", "unreserved", "arguments"),
    [
        pytest.param(10, 10, [], id="a new account"),
        pytest.param(124, 124, [], id="one less than enough"),
        pytest.param(1000, 110, [], id="other functions have reserved it"),
        pytest.param(1000, 1000, ["WorkerConcurrency=900"], id="the workers are to have it"),
    ],
)
def test_an_account_without_enough_deploys_without_and_says_why(
    aws: Aws, limit: int, unreserved: int, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what it means, and which quota to raise; no parameter is added."""
    aws.account(limit, unreserved)
    aws.no_stack()
    assert main(arguments, aws.clients) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert f"in us-east-1 this account runs at most {limit:,} functions at once" in line
    assert f"{unreserved:,} of them unreserved" in line
    assert "status, cancel and the marking of undelivered shards must wait" in line
    assert "L-B99A9384" in line


@pytest.mark.parametrize(
    ("deployed", "unreserved", "added"),
    [
        pytest.param(AS_BEFORE, 975, "", id="the same as before"),
        pytest.param({"ParentConcurrency": "50", "UndeliveredConcurrency": "10"}, 940, "", id="chosen earlier"),
        pytest.param({"WorkerConcurrency": "875"}, 125, BOTH, id="deployed before these parameters existed"),
        pytest.param(
            {"ParentConcurrency": "20", "UndeliveredConcurrency": "5", "WorkerConcurrency": "800"},
            175,
            "",
            id="workers",
        ),
    ],
)
def test_an_update_keeps_what_the_stack_has(
    aws: Aws, deployed: dict[str, str], unreserved: int, added: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the stack has reserved counts once, and is not changed: SAM keeps a parameter that is not named."""
    aws.account(1000, unreserved)
    aws.stack(deployed)
    assert main([], aws.clients) == 0
    assert capsys.readouterr() == (added, "")


def test_named_parameters_need_no_question(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """With both parameters named, no call is made, and nothing is added."""
    assert main(NAMED, aws.clients) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("refused", ["functions", "stacks"])
def test_a_refused_question_does_not_stop_a_deployment(
    aws: Aws, refused: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the deployer may not ask, the deployment goes on, and a line says what is unknown and why."""
    if refused == "functions":
        aws.functions.add_client_error("get_account_settings", "AccessDeniedException", "no")
    else:
        aws.account(1000, 1000)
        aws.stacks.add_client_error("describe_stacks", "AccessDenied", "no")
    assert main([], aws.clients) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "unknown" in printed.err
    assert "AccessDenied" in printed.err


def test_what_is_reserved_are_parameters_of_the_template() -> None:
    """The template has the parameters that are added, and accepts their values."""
    parameters = read_template(TEMPLATE.read_text(encoding="utf-8"))["Parameters"]
    for name, count in RESERVED.items():
        parameter = parameters[name]
        assert parameter["Default"] == 0
        assert count in parameter.get("AllowedValues", [count])


def test_workers_keep_most_of_every_account_that_reserves() -> None:
    """In the smallest account that reserves, workers can still take four fifths."""
    smallest = sum(RESERVED.values()) + LEAST_UNRESERVED
    assert Account("", smallest, smallest, {}).reservation({}).parameters == RESERVED
    assert LEAST_UNRESERVED / smallest >= 4 / 5
