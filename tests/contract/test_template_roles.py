"""The permissions of each role and of callers: every statement is listed, so that a wider one fails a test."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.contract.cloudformation import properties, resources

Statement = tuple[frozenset[str], str]

LEDGER = "Ledger.Arn"
ALLOWED: dict[str, dict[str, Statement]] = {
    "ParentRole": {
        "DispatchShards": (frozenset({"lambda:InvokeFunction"}), "Worker.Arn"),
        "KeepTheLedger": (
            frozenset(f"dynamodb:{call}" for call in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")),
            LEDGER,
        ),
        "ListSweeps": (frozenset({"dynamodb:Query"}), "${Ledger.Arn}/index/by_creation"),
        "LinkToResults": (frozenset({"s3:GetObject"}), "${Results.Arn}/sweeps/*"),
        "WriteLogs": (frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}), "ParentLogs.Arn"),
    },
    "WorkerRole": {
        "StoreResults": (frozenset({"s3:GetObject", "s3:PutObject"}), "${Results.Arn}/sweeps/*"),
        "MarkShards": (frozenset({"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}), LEDGER),
        "ReportUndelivered": (frozenset({"sqs:SendMessage"}), "UndeliveredQueue.Arn"),
        "WriteLogs": (frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}), "WorkerLogs.Arn"),
    },
    "UndeliveredRole": {
        "TakeUndelivered": (
            frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}),
            "UndeliveredQueue.Arn",
        ),
        "MarkShards": (frozenset({"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}), LEDGER),
        "WriteLogs": (frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}), "UndeliveredLogs.Arn"),
    },
}


def statements(role: str) -> list[dict[str, Any]]:
    """Return all of a role's statements."""
    return [statement for policy in properties(role)["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def plain(resource: dict[str, Any]) -> str:
    """Return a resource's reference as text, such as `Ledger.Arn`."""
    return ".".join(resource["Fn::GetAtt"]) if "Fn::GetAtt" in resource else str(resource["Fn::Sub"])


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_has_these_permissions_and_no_others(role: str) -> None:
    """A role has the listed statements, each with its actions and its resource, and no managed policy."""
    allowed = {
        statement["Sid"]: (
            frozenset([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]),
            plain(statement["Resource"]),
        )
        for statement in statements(role)
    }
    assert allowed == ALLOWED[role]
    assert all(statement["Effect"] == "Allow" for statement in statements(role))
    assert "ManagedPolicyArns" not in properties(role)


def test_each_function_has_a_role_of_its_own() -> None:
    """Each function uses its own role, and SAM adds none."""
    roles = {
        name: found["Properties"]["Role"]["Fn::GetAtt"][0] for name, found in resources("AWS::Lambda::Function").items()
    }
    assert roles == {"Parent": "ParentRole", "Worker": "WorkerRole", "Undelivered": "UndeliveredRole"}
    assert set(resources("AWS::IAM::Role")) == {*ALLOWED, "GatewayLoggingRole"}


@pytest.mark.parametrize("role", ALLOWED)
def test_only_lambda_assumes_a_functions_role(role: str) -> None:
    """The role's trust policy names Lambda and no other service or user."""
    (statement,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


API = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "Api": "a1b2c3d4e5",
    "StageName": "v1",
}
THIS_API = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/v1"


def filled(value: dict[str, str]) -> str:
    """Return the value of an `Fn::Sub` in the stack that `API` describes."""
    return re.sub(r"\$\{([A-Za-z:]+)\}", lambda name: API[name[1]], value["Fn::Sub"])


def arn_like(arn: str, pattern: str) -> bool:
    """Return whether an ARN matches as IAM compares: a star matches within one of the six parts, slashes included."""
    parts, patterns = arn.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def path_of(resource: dict[str, Any]) -> str:
    """Return the path of a method's resource, such as `/sweeps/{id}`."""
    if "Ref" not in resource:
        return ""
    found = properties(resource["Ref"])
    return f"{path_of(found['ParentId'])}/{found['PathPart']}"


METHODS = [
    method["Properties"]["HttpMethod"] + path_of(method["Properties"]["ResourceId"])
    for method in resources("AWS::ApiGateway::Method").values()
]


def invoker() -> dict[str, Any]:
    """Return the properties of the one permission to invoke a function."""
    (permission,) = resources("AWS::Lambda::Permission").values()
    found: dict[str, Any] = permission["Properties"]
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sweep", ["{id}", "*", "hello-0123456789abcdef"])
def test_every_method_of_the_api_invokes_the_parent(method: str, sweep: str) -> None:
    """The permission allows each method, by the path of its resource and by that of a request; else it answers 500."""
    assert arn_like(f"{THIS_API}/{method.replace('{id}', sweep)}", filled(invoker()["SourceArn"]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("own", "other"),
    [
        pytest.param("execute-api", "iot", id="service"),
        pytest.param(API["AWS::Region"], "eu-west-1", id="region"),
        pytest.param(API["AWS::AccountId"], "210987654321", id="account"),
        pytest.param(API["Api"], "e5d4c3b2a1", id="API"),
        pytest.param(f"/{API['StageName']}", "/test-invoke-stage", id="stage"),
        pytest.param(f"/{API['StageName']}", "/v10", id="stage with the same prefix"),
    ],
)
def test_no_other_api_invokes_the_parent(own: str, other: str, method: str) -> None:
    """The permission excludes other services, regions, accounts, APIs and stages."""
    assert not arn_like(f"{THIS_API.replace(own, other)}/{method}", filled(invoker()["SourceArn"]))


@pytest.mark.parametrize("path", ["", "other", "other/{id}"], ids=lambda path: f"GET /{path}")
def test_no_other_path_invokes_the_parent(path: str) -> None:
    """The permission excludes paths outside `/sweeps`."""
    assert not arn_like(f"{THIS_API}/GET/{path}", filled(invoker()["SourceArn"]))


def test_only_the_gateway_invokes_the_parent() -> None:
    """The one permission is for the parent, and its principal is API Gateway."""
    permission = {key: value for key, value in invoker().items() if key != "SourceArn"}
    assert permission == {
        "FunctionName": {"Ref": "Parent"},
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    }


CALLS = {
    f"${{Api}}/${{StageName}}/{call}"
    for call in ("POST/sweeps", "GET/sweeps", "GET/sweeps/*", "POST/sweeps/*/retry", "POST/sweeps/*/cancel")
}


def test_the_callers_policy_allows_these_calls() -> None:
    """The caller's policy allows the five calls of this API and nothing else."""
    (statement,) = properties("CallerPolicy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert {resource["Fn::Sub"].rpartition(":")[2] for resource in statement["Resource"]} == CALLS
