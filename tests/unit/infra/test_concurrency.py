"""What `make deploy` reserves in accounts of different sizes, asked by botocore's own stubs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from infra.concurrency import LEAST_UNRESERVED, RESERVED, Account, choose
from infra.template_file import TEMPLATE, read_template

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

NO_STACK: Mapping[str, str] = {}
NAMED = {"ParentConcurrency": "7", "UndeliveredConcurrency": "2"}
BOTH = "ParentConcurrency=20 UndeliveredConcurrency=5"
AS_BEFORE = {"ParentConcurrency": "20", "UndeliveredConcurrency": "5"}


@dataclass(frozen=True, slots=True)
class Aws:
    """A client whose answers a test lays out in advance."""

    functions: LambdaClient
    stub: Stubber

    def account(self, limit: int, unreserved: int) -> None:
        """Answer with the limits of an account."""
        found = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}
        self.stub.add_response("get_account_settings", {"AccountLimit": found})

    def added(self, given: Mapping[str, str], deployed: Mapping[str, str] = NO_STACK) -> tuple[str, str]:
        """Return the parameters that are added, as a line, and the note."""
        chosen = choose(given, deployed, self.functions)
        return " ".join(f"{name}={count}" for name, count in chosen.parameters.items()), chosen.note


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Yield a client without a network; each answer must be used."""
    functions = boto3.Session("key", "secret", region_name="us-east-1").client("lambda")
    with Stubber(functions) as stub:
        yield Aws(functions, stub)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("limit", "unreserved", "given", "added"),
    [
        pytest.param(1000, 1000, {}, BOTH, id="a usual account"),
        pytest.param(1000, 125, {}, BOTH, id="other functions leave just enough"),
        pytest.param(125, 125, {}, BOTH, id="the smallest account that can reserve"),
        pytest.param(1000, 1000, {"ParentConcurrency": "50"}, "UndeliveredConcurrency=5", id="one is named"),
        pytest.param(1000, 1000, {"ParentConcurrency": "0"}, "UndeliveredConcurrency=5", id="one is named as none"),
        pytest.param(1000, 1000, {"WorkerConcurrency": "875"}, BOTH, id="as many workers as possible"),
        pytest.param(1000, 1000, {"WorkerConcurrency": "all"}, BOTH, id="what CloudFormation will refuse"),
    ],
)
def test_a_first_deployment_reserves_for_what_must_stay_alive(
    aws: Aws, limit: int, unreserved: int, given: dict[str, str], added: str
) -> None:
    """What the parameters do not name is reserved where Lambda can keep 100 unreserved."""
    aws.account(limit, unreserved)
    assert aws.added(given) == (added, "")


@pytest.mark.parametrize(
    ("limit", "unreserved", "given"),
    [
        pytest.param(10, 10, {}, id="a new account"),
        pytest.param(124, 124, {}, id="one less than enough"),
        pytest.param(1000, 110, {}, id="other functions have reserved it"),
        pytest.param(1000, 1000, {"WorkerConcurrency": "900"}, id="the workers are to have it"),
    ],
)
def test_an_account_without_enough_deploys_without_and_says_why(
    aws: Aws, limit: int, unreserved: int, given: dict[str, str]
) -> None:
    """One line says what it means, and which quota to raise; no parameter is added."""
    aws.account(limit, unreserved)
    added, note = aws.added(given)
    assert added == ""
    (line,) = note.splitlines()
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
def test_an_update_keeps_what_the_stack_has(aws: Aws, deployed: dict[str, str], unreserved: int, added: str) -> None:
    """What the stack has reserved counts once, and is not changed: SAM keeps a parameter that is not named."""
    aws.account(1000, unreserved)
    assert aws.added({}, deployed) == (added, "")


def test_named_parameters_need_no_question(aws: Aws) -> None:
    """With both parameters named, no call is made, and nothing is added."""
    assert aws.added(NAMED) == ("", "")


def test_a_refused_question_does_not_stop_a_deployment(aws: Aws) -> None:
    """Where the deployer may not ask, the deployment goes on, and a line says what is unknown and why."""
    aws.stub.add_client_error("get_account_settings", "AccessDeniedException", "no")
    added, note = aws.added({})
    assert added == ""
    assert "unknown" in note
    assert "AccessDenied" in note


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
