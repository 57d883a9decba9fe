"""The permissions of each role and of callers: every statement is listed, so that a wider one fails a test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest

from adapters.aws.dynamodb_items import (
    block_key,
    gate_key,
    key_key,
    marks_partition,
    shard_key,
    sweep_items,
    sweep_key,
)
from adapters.aws.dynamodb_marks import details, mark_values
from adapters.aws.dynamodb_spans import DynamoDbSpans
from domain.block import Block
from domain.reasons import Reason
from domain.sweep import ShardDone, ShardFailed
from tests.contract.cloudformation import properties, resources
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

LEDGER = "Ledger.Arn"
MARKS = "MARKS#*"


@dataclass(frozen=True, slots=True)
class Permission:
    """What one statement allows: actions on a resource, of a table only on items with these keys and attributes."""

    actions: frozenset[str]
    resource: str
    keys: str | None = None
    attributes: frozenset[str] | None = None


def may(
    service: str, *calls: str, on: str, keys: str | None = None, attributes: frozenset[str] | None = None
) -> Permission:
    """Return the permission of a service's calls on a resource."""
    return Permission(frozenset(f"{service}:{call}" for call in calls), on, keys, attributes)


def may_log(function: str) -> Permission:
    """Return the permission by which Lambda writes a function's log."""
    return may("logs", "CreateLogStream", "PutLogEvents", on=f"{function}Logs.Arn")


FAILED = ShardFailed(0, Reason.WORKER_DIED, "")
PARTIAL = ShardDone(0, 0, 1)
# What the ledger's updates of marks and of details name.
MARKED = {"pk", "sk", "expires_at"} | {
    name for end in (FAILED, PARTIAL) for text in details(end)[:2] for name in re.findall(r"(\w+) (?:=|<)", text)
}
MARKED |= {name for end in (FAILED, PARTIAL, ShardDone(0, 1)) for name in mark_values(Block(0).ended(end))}
MARK_SHARDS = may("dynamodb", "UpdateItem", on=LEDGER, keys=MARKS, attributes=frozenset(MARKED))
# What the update of a settled span names.
SETTLED = frozenset({"pk", "sk", "assigned_*", "undelivered_*"})
SETTLE_SPANS = may("dynamodb", "UpdateItem", on=LEDGER, keys="SWEEP#*", attributes=SETTLED)
ALLOWED: dict[str, dict[str, Permission]] = {
    "ParentRole": {
        "DispatchShards": may("lambda", "InvokeFunction", on="Worker.Arn"),
        "AssignSpans": may("lambda", "InvokeFunction", on="Dispatcher.Arn"),
        "KeepTheLedger": may("dynamodb", "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", on=LEDGER),
        "ListSweeps": may("dynamodb", "Query", on="${Ledger.Arn}/index/by_creation"),
        "LinkToResults": may("s3", "GetObject", on="${Results.Arn}/sweeps/*"),
        "LinkToTables": may("s3", "GetObject", "PutObject", on="${Results.Arn}/tables/*"),
        "FindTables": may("s3", "ListBucket", on="Results.Arn"),
        "WriteLogs": may_log("Parent"),
    },
    "DispatcherRole": {
        "DispatchShards": may("lambda", "InvokeFunction", on="Worker.Arn"),
        "FindSweeps": may("dynamodb", "GetItem", on=LEDGER, keys="SWEEP#*"),
        "LookAtShards": may("dynamodb", "BatchGetItem", on=LEDGER, keys=MARKS),
        "RecordDispatches": may("dynamodb", "UpdateItem", on=LEDGER, keys=MARKS),
        "SettleSpans": SETTLE_SPANS,
        "ReportUndelivered": may("sqs", "SendMessage", on="UndeliveredQueue.Arn"),
        "WriteLogs": may_log("Dispatcher"),
    },
    "WorkerRole": {
        "StoreResults": may("s3", "GetObject", "PutObject", on="${Results.Arn}/sweeps/*"),
        "ReadTables": may("s3", "GetObject", on="${Results.Arn}/tables/*"),
        "NoticeMissingResults": may("s3", "ListBucket", on="Results.Arn"),
        "FindSweeps": may("dynamodb", "GetItem", on=LEDGER, keys="SWEEP#*"),
        "LookAtShards": may("dynamodb", "BatchGetItem", on=LEDGER, keys=MARKS),
        "MarkShards": MARK_SHARDS,
        "ReportUndelivered": may("sqs", "SendMessage", on="UndeliveredQueue.Arn"),
        "WriteLogs": may_log("Worker"),
    },
    "UndeliveredRole": {
        "TakeUndelivered": may(
            "sqs", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", on="UndeliveredQueue.Arn"
        ),
        "MarkShards": MARK_SHARDS,
        "SettleSpans": SETTLE_SPANS,
        "WriteLogs": may_log("Undelivered"),
    },
}


def statements(role: str) -> list[dict[str, Any]]:
    """Return all of a role's statements."""
    return [statement for policy in properties(role)["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def permission(statement: dict[str, Any]) -> Permission:
    """Return what a statement of the template allows; its conditions are on partition keys and on attributes."""
    actions, resource = statement["Action"], statement["Resource"]
    conditions = dict(statement.get("Condition", {}))
    like = conditions.pop("ForAllValues:StringLike", {"dynamodb:LeadingKeys": [None]})
    (pattern,) = like["dynamodb:LeadingKeys"]
    named = conditions.pop("ForAllValues:StringEquals", {}).get("dynamodb:Attributes")
    attributes = named or like.get("dynamodb:Attributes")
    # An update that may name some attributes must not be answered with the others.
    expected = {"StringEqualsIfExists": {"dynamodb:ReturnValues": "NONE"}} if attributes else {}
    assert conditions == expected
    on = ".".join(resource["Fn::GetAtt"]) if "Fn::GetAtt" in resource else str(resource["Fn::Sub"])
    allowed_actions = frozenset([actions] if isinstance(actions, str) else actions)
    return Permission(allowed_actions, on, pattern, frozenset(attributes) if attributes else None)


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_has_these_permissions_and_no_others(role: str) -> None:
    """A role has the listed statements, each with its actions, its resource and its keys, and no managed policy."""
    assert {statement["Sid"]: permission(statement) for statement in statements(role)} == ALLOWED[role]
    assert all(statement["Effect"] == "Allow" for statement in statements(role))
    assert "ManagedPolicyArns" not in properties(role)


READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem")
WRITE = "dynamodb:UpdateItem"
OTHERS = ("PutItem", "DeleteItem", "Query", "Scan", "BatchWriteItem", "PartiQLInsert", "PartiQLUpdate", "PartiQLSelect")
ITEMS = {
    "an idempotency key": key_key("a key"),
    "a sweep": sweep_key("hello-0123456789abcdef"),
    "a block": block_key("hello-0123456789abcdef", 777),
    "a gate": gate_key(marks_partition("hello-0123456789abcdef", 0)),
    "details of a shard": shard_key("hello-0123456789abcdef", 99_999),
}
OF_SHARDS = {"a block", "a gate", "details of a shard"}


def allowed(role: str, action: str, item: str) -> bool:
    """Return whether a role allows an action on an item of the ledger, by the keys that the ledger uses for it."""
    partition = ITEMS[item]["pk"]["S"]
    return any(
        action in one.actions and one.resource == LEDGER and fnmatchcase(partition, one.keys or "*")
        for one in map(permission, statements(role))
    )


@pytest.mark.parametrize("item", ITEMS)
def test_target_code_writes_marks_and_nothing_else(item: str) -> None:
    """A worker writes what is known of shards; neither a sweep nor a key."""
    assert allowed("WorkerRole", WRITE, item) == (item in OF_SHARDS)


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("role", ["DispatcherRole", "UndeliveredRole"])
def test_no_function_but_the_parent_writes_a_key(role: str, item: str) -> None:
    """A dispatcher and the undelivered function write what is known of shards and, of a sweep's item, of spans."""
    assert allowed(role, WRITE, item) == (item in OF_SHARDS or item == "a sweep")


def test_a_settled_span_is_all_that_is_written_of_a_sweep() -> None:
    """The statement names each attribute that the ledger's update names, and no other of the sweep's item."""
    item = {**sweep_items(make_sweep())[0], "cancelled_at": {}, "expires_at": {}}
    assert {name for name in item if any(fnmatchcase(name, one) for one in SETTLED)} == {"pk", "sk"}
    written: list[str] = []

    class Table:
        def update(self, _: object, change: str, __: object, condition: str, *, names: dict[str, str]) -> None:
            text = f"{change} {condition}"
            for short, name in names.items():
                text = text.replace(short, name)
            written.extend(re.findall(r"\w+_\w+", text.replace("attribute_exists", "")))

    for reason in (None, Reason.UNDELIVERED):
        DynamoDbSpans(Table(), HandClock()).settle("a", 12, "one", reason)  # type: ignore[arg-type]  # all that it calls
    assert set(written) == {"assigned_one", "undelivered_12"}
    assert all(any(fnmatchcase(name, one) for one in SETTLED) for name in written)


@pytest.mark.parametrize("item", ITEMS)
def test_a_worker_reads_what_it_looks_at(item: str) -> None:
    """A worker reads blocks and gates together and a sweep by itself; no idempotency key."""
    assert [allowed("WorkerRole", action, item) for action in READS] == [item == "a sweep", item in OF_SHARDS]


@pytest.mark.parametrize("item", ITEMS)
def test_the_undelivered_function_reads_nothing_of_the_ledger(item: str) -> None:
    """A mark only adds, and a span is settled by a condition, so that nothing needs to be read before."""
    assert not any(allowed("UndeliveredRole", action, item) for action in READS)


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("call", OTHERS)
def test_only_the_parent_replaces_items_or_queries(role: str, call: str) -> None:
    """No role allows a call that no function makes, and only the parent's those that others do not make."""
    expected = role == "ParentRole" and call in {"PutItem", "Query"}
    assert any(allowed(role, f"dynamodb:{call}", item) for item in ITEMS) is expected


def test_each_function_has_a_role_of_its_own() -> None:
    """Each function uses its own role, and SAM adds none."""
    roles = {
        name: found["Properties"]["Role"]["Fn::GetAtt"][0] for name, found in resources("AWS::Lambda::Function").items()
    }
    assert roles == {name: f"{name}Role" for name in ("Parent", "Dispatcher", "Worker", "Undelivered")}
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


def named(method: str, name: str) -> str:
    """Return a method's verb and path with a name in place of the path's parameter."""
    return re.sub(r"\{\w+\}", name, method)


METHODS = [
    method["Properties"]["HttpMethod"] + path_of(method["Properties"]["ResourceId"])
    for method in resources("AWS::ApiGateway::Method").values()
]


INVOKERS: list[dict[str, Any]] = [found["Properties"] for found in resources("AWS::Lambda::Permission").values()]


def invokes(arn: str) -> bool:
    """Return whether a permission lets a method of an API invoke the parent."""
    return any(arn_like(arn, filled(invoker["SourceArn"])) for invoker in INVOKERS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", [None, "*", "hello-0123456789abcdef"])
def test_every_method_of_the_api_invokes_the_parent(method: str, name: str | None) -> None:
    """A permission allows each method, by the path of its resource and by that of a request; else it answers 500."""
    assert invokes(f"{THIS_API}/{named(method, name) if name else method}")


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
    """The permissions exclude other services, regions, accounts, APIs and stages."""
    assert not invokes(f"{THIS_API.replace(own, other)}/{method}")


@pytest.mark.parametrize("path", ["", "other", "other/{id}", "tables"], ids=lambda path: f"GET /{path}")
def test_no_other_path_invokes_the_parent(path: str) -> None:
    """The permissions exclude paths outside `/sweeps` and those of tables."""
    assert not invokes(f"{THIS_API}/GET/{path}")


def test_only_the_gateway_invokes_the_parent() -> None:
    """The permissions are for the parent, and their principal is API Gateway."""
    assert len(INVOKERS) == 2
    for invoker in INVOKERS:
        assert {key: value for key, value in invoker.items() if key != "SourceArn"} == {
            "FunctionName": {"Ref": "Parent"},
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
        }


CALLS = {
    f"${{Api}}/${{StageName}}/{call}"
    for call in (
        *("POST/sweeps", "GET/sweeps", "GET/sweeps/*", "POST/sweeps/*/retry", "POST/sweeps/*/cancel"),
        *("POST/tables/*", "GET/tables/*"),
    )
}


def test_the_callers_policy_allows_these_calls() -> None:
    """The caller's policy allows these calls of this API, to find it by the stack's name, and nothing else."""
    calls, finds = properties("CallerPolicy")["PolicyDocument"]["Statement"]
    assert calls["Action"] == "execute-api:Invoke"
    assert {resource["Fn::Sub"].rpartition(":")[2] for resource in calls["Resource"]} == CALLS
    assert finds["Action"] == "cloudformation:DescribeStacks"
    assert finds["Resource"]["Fn::Sub"].endswith(
        ":cloudformation:${AWS::Region}:${AWS::AccountId}:stack/${AWS::StackName}/*"
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_callers_policy_covers_every_method(method: str) -> None:
    """A caller with the policy can make each of the API's calls, for any sweep."""
    statement, _ = properties("CallerPolicy")["PolicyDocument"]["Statement"]
    verb, _, path = named(method, "hello-0123456789abcdef").partition("/")
    call = f"{THIS_API}/{verb}/{path}"
    assert any(arn_like(call, filled(resource)) for resource in statement["Resource"])
