"""What each role may do: every statement is listed here, so that a wider one is seen."""

from __future__ import annotations

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
    """Give all of a role's statements."""
    return [statement for policy in properties(role)["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def plain(resource: dict[str, Any]) -> str:
    """Give a resource as the template's reader sees it."""
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
    """Nobody else can assume it."""
    (statement,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


CALLS = {
    f"${{Api}}/${{StageName}}/{call}"
    for call in ("POST/sweeps", "GET/sweeps", "GET/sweeps/*", "POST/sweeps/*/retry", "POST/sweeps/*/cancel")
}


def test_only_this_api_invokes_the_parent() -> None:
    """Another API of the account cannot, and no path that the template does not name."""
    granted = [permission["Properties"] for permission in resources("AWS::Lambda::Permission").values()]
    assert all(permission["FunctionName"] == {"Ref": "Parent"} for permission in granted)
    assert {permission["SourceArn"]["Fn::Sub"].rpartition(":")[2] for permission in granted} == CALLS


def test_callers_policy_allows_these_calls() -> None:
    """What a caller is given opens this API and nothing else."""
    (statement,) = properties("CallerPolicy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert {resource["Fn::Sub"].rpartition(":")[2] for resource in statement["Resource"]} == CALLS
