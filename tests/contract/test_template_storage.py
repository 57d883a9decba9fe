"""Ledger, bucket and queues in the template: keys, encryption, access and retention."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.cloudformation import properties, resources, template, translated

DATA = ("Ledger", "Results")


def refusal(sid: str) -> dict[str, Any]:
    """Return a statement of the bucket's policy."""
    (found,) = [one for one in properties("ResultsPolicy")["PolicyDocument"]["Statement"] if one["Sid"] == sid]
    statement: dict[str, Any] = found
    return statement


def test_the_ledger_is_one_table_paid_per_request() -> None:
    """The table has a partition key, a sort key, and one index that lists sweeps by creation."""
    ledger = properties("Ledger")
    assert ledger["BillingMode"] == "PAY_PER_REQUEST"
    assert [key["AttributeName"] for key in ledger["KeySchema"]] == ["pk", "sk"]
    (index,) = ledger["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by_creation"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["gsi_pk", "gsi_sk"]
    assert {attribute["AttributeType"] for attribute in ledger["AttributeDefinitions"]} == {"S"}


def test_the_ledger_can_be_restored_and_expires() -> None:
    """The table has point-in-time recovery and encryption, and deletes items after their `expires_at`."""
    ledger = properties("Ledger")
    assert ledger["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert ledger["SSESpecification"] == {"SSEEnabled": True}
    assert ledger["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_bucket_is_private_and_encrypted() -> None:
    """The bucket blocks all four kinds of public access, owns its objects and encrypts them."""
    bucket = properties("Results")
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_bucket_refuses_plain_http() -> None:
    """The bucket's policy denies every action without TLS to every principal."""
    statement = refusal("RefusePlainHttp")
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_bucket_refuses_to_overwrite_results_blindly() -> None:
    """The policy denies to every principal a put of a result that has neither `If-None-Match` nor `If-Match`.

    Requests for the parts of an upload, which cannot have them, are no creation of an object.
    """
    statement = refusal("RefuseUnconditionalResults")
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:PutObject")
    assert statement["Resource"] == {"Fn::Sub": "${Results.Arn}/sweeps/*"}
    assert statement["Condition"] == {
        "Null": {"s3:if-none-match": "true", "s3:if-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


def test_bucket_refuses_to_change_a_table() -> None:
    """The policy denies to every principal a put of a chunk without `If-None-Match`, also where it has `If-Match`."""
    statement = refusal("RefuseChangedTables")
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:PutObject")
    assert statement["Resource"] == {"Fn::Sub": "${Results.Arn}/tables/*"}
    assert statement["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


def test_the_buckets_policy_allows_nothing() -> None:
    """The policy only denies: what is allowed stands in the roles."""
    statements = properties("ResultsPolicy")["PolicyDocument"]["Statement"]
    assert [statement["Effect"] for statement in statements] == ["Deny", "Deny", "Deny"]


def test_tables_expire_after_the_sweeps_that_read_them() -> None:
    """By default, a table outlives each sweep that is submitted in its first nine months."""
    (_, tables, _) = properties("Results")["LifecycleConfiguration"]["Rules"]
    assert (tables["Prefix"], tables["Status"]) == ("tables/", "Enabled")
    assert tables["ExpirationInDays"] == {"Ref": "TableRetentionDays"}
    defaults = {name: template()["Parameters"][name]["Default"] for name in ("TableRetentionDays", "RetentionDays")}
    assert defaults["TableRetentionDays"] - defaults["RetentionDays"] >= 270


def test_results_and_ledger_expire_together() -> None:
    """Results, and the items of the ledger that refer to them, have the same retention."""
    (results, _, uploads) = properties("Results")["LifecycleConfiguration"]["Rules"]
    assert results["ExpirationInDays"] == {"Ref": "RetentionDays"}
    assert results["Prefix"] == "sweeps/"
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert properties("Parent")["Environment"]["Variables"]["SWEEP_RETENTION_DAYS"] == {"Ref": "RetentionDays"}


@pytest.mark.parametrize("kept", DATA)
def test_data_outlives_the_stack(kept: str) -> None:
    """CloudFormation keeps table and bucket when it deletes the stack, except after a failed first deployment."""
    found = translated()["Resources"][kept]
    assert found["DeletionPolicy"] == "RetainExceptOnCreate"
    assert found["UpdateReplacePolicy"] == "Retain"


def test_undelivered_shards_end_in_the_dead_letters() -> None:
    """A message that fails five times moves to the dead letters; both queues are encrypted and keep it two weeks."""
    two_weeks = 14 * 24 * 3600
    for queue in resources("AWS::SQS::Queue").values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True
        assert queue["Properties"]["MessageRetentionPeriod"] == two_weeks
    assert properties("UndeliveredQueue")["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }


def test_every_taggable_resource_has_tags() -> None:
    """Every resource has tags, except those of types that AWS cannot tag."""
    untagged = {
        found["Type"] for found in translated()["Resources"].values() if "Tags" not in found.get("Properties", {})
    }
    assert untagged <= {
        *(f"AWS::ApiGateway::{kind}" for kind in ("Account", "Deployment", "GatewayResponse", "Method", "Model")),
        *(f"AWS::ApiGateway::{kind}" for kind in ("RequestValidator", "Resource")),
        *(f"AWS::Lambda::{kind}" for kind in ("EventInvokeConfig", "EventSourceMapping", "Permission")),
        "AWS::CloudWatch::Dashboard",
        "AWS::IAM::ManagedPolicy",
        "AWS::S3::BucketPolicy",
    }


def test_every_parameter_has_a_default_and_a_description() -> None:
    """Every parameter of the template has a default, and a description that is a sentence."""
    for name, parameter in template()["Parameters"].items():
        assert "Default" in parameter, name
        assert parameter["Description"].strip().endswith("."), name
