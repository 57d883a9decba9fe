"""What each role may do: every statement is listed here, so that a wider one is seen."""

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
    """Return a resource as the template's reader sees it."""
    return ".".join(resource["Fn::GetAtt"]) if "Fn::GetAtt" in resource else str(resource["Fn::Sub"])


@pytest.mark.parametrize("role", ALLOWED)
def test_role_may_do_just_this(role: str) -> None:
    """Least privilege, function by function: no statement more, no action more, no resource wider."""
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
    """No function can do what only another needs, and SAM makes no role by itself."""
    roles = {
        name: found["Properties"]["Role"]["Fn::GetAtt"][0] for name, found in resources("AWS::Lambda::Function").items()
    }
    assert roles == {"Parent": "ParentRole", "Worker": "WorkerRole", "Undelivered": "UndeliveredRole"}
    assert set(resources("AWS::IAM::Role")) == {*ALLOWED, "GatewayLoggingRole"}


@pytest.mark.parametrize("role", ALLOWED)
def test_only_lambda_takes_a_functions_role(role: str) -> None:
    """No other service and no user can assume it."""
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
    """Return what `Fn::Sub` makes of a value in the stack that `API` describes."""
    return re.sub(r"\$\{([A-Za-z:]+)\}", lambda name: API[name[1]], value["Fn::Sub"])


def arn_like(arn: str, pattern: str) -> bool:
    """Say whether an ARN matches as IAM compares: a star stays within one of the six parts, and crosses slashes."""
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
    """A method that the permission forgets answers 500, whether its path is named by its resource or by a request."""
    assert arn_like(f"{THIS_API}/{method.replace('{id}', sweep)}", filled(invoker()["SourceArn"]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("execute-api", "iot"),
        (API["AWS::Region"], "eu-west-1"),
        (API["AWS::AccountId"], "210987654321"),
        (API["Api"], "e5d4c3b2a1"),
        (f"/{API['StageName']}", "/test-invoke-stage"),
        (f"/{API['StageName']}", "/v10"),
    ],
)
def test_no_other_api_invokes_the_parent(own: str, other: str, method: str) -> None:
    """Another API of the account cannot, nor another stage of this one."""
    assert not arn_like(f"{THIS_API.replace(own, other)}/{method}", filled(invoker()["SourceArn"]))


@pytest.mark.parametrize("path", ["", "other", "other/{id}"])
def test_no_other_path_invokes_the_parent(path: str) -> None:
    """Only what lies under sweeps is the parent's to answer."""
    assert not arn_like(f"{THIS_API}/GET/{path}", filled(invoker()["SourceArn"]))


def test_only_the_gateway_may_and_only_the_parent() -> None:
    """No function but the parent answers the API, and no service but the gateway is let in."""
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


def test_callers_policy_allows_these_calls() -> None:
    """A caller's policy opens this API and nothing else."""
    (statement,) = properties("CallerPolicy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert {resource["Fn::Sub"].rpartition(":")[2] for resource in statement["Resource"]} == CALLS
