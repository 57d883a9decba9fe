"""The policy in docs/deploy.md allows a deployer every call that the template needs."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cloudformation import translated

DEPLOY = (Path(__file__).parent.parent.parent / "docs" / "deploy.md").read_text(encoding="utf-8")
STATEMENTS: list[dict[str, Any]] = json.loads(re.findall(r"```json\n(.*?)```", DEPLOY, re.DOTALL)[0])["Statement"]
# The calls with which CloudFormation makes, changes and deletes a resource of each type.
CALLS = {
    "AWS::ApiGateway::Account": ("apigateway:GET", "apigateway:PATCH"),
    "AWS::ApiGateway::Deployment": ("apigateway:POST", "apigateway:DELETE"),
    "AWS::ApiGateway::GatewayResponse": ("apigateway:PUT", "apigateway:DELETE"),
    "AWS::ApiGateway::Method": ("apigateway:PUT", "apigateway:DELETE"),
    "AWS::ApiGateway::Model": ("apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"),
    "AWS::ApiGateway::RequestValidator": ("apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"),
    "AWS::ApiGateway::Resource": ("apigateway:POST", "apigateway:DELETE"),
    "AWS::ApiGateway::RestApi": ("apigateway:POST", "apigateway:PATCH", "apigateway:PUT", "apigateway:DELETE"),
    "AWS::ApiGateway::Stage": ("apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"),
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms"),
    "AWS::CloudWatch::Dashboard": (
        "cloudwatch:PutDashboard",
        "cloudwatch:GetDashboard",
        "cloudwatch:DeleteDashboards",
    ),
    "AWS::DynamoDB::Table": ("dynamodb:CreateTable", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups"),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy"),
    "AWS::IAM::Role": ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:TagRole", "iam:DeleteRole"),
    "AWS::Lambda::EventInvokeConfig": ("lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig"),
    "AWS::Lambda::EventSourceMapping": (
        "lambda:CreateEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
    ),
    "AWS::Lambda::Function": (
        "lambda:CreateFunction",
        "lambda:UpdateFunctionCode",
        "lambda:PutFunctionConcurrency",
        "lambda:DeleteFunctionConcurrency",
        "iam:PassRole",
    ),
    "AWS::Lambda::Permission": ("lambda:AddPermission", "lambda:RemovePermission"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"),
    "AWS::S3::Bucket": ("s3:CreateBucket", "s3:PutLifecycleConfiguration", "s3:PutEncryptionConfiguration"),
    "AWS::S3::BucketPolicy": ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue"),
}


# What `make deploy` asks itself, in infra/concurrency.py.
QUESTIONS = ("lambda:GetAccountSettings", "cloudformation:DescribeStacks")


def allowed(action: str) -> bool:
    """Return whether a statement of the policy allows an action on any resource."""
    patterns = [one for entry in STATEMENTS for one in _listed(entry["Action"])]
    return any(fnmatchcase(action, pattern) for pattern in patterns)


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


@pytest.mark.parametrize("kind", sorted({resource["Type"] for resource in translated()["Resources"].values()}))
def test_the_deployer_may_make_every_resource_of_the_template(kind: str) -> None:
    """For each type of resource in the translated template, the policy allows each call of CloudFormation."""
    assert [action for action in CALLS[kind] if not allowed(action)] == []


@pytest.mark.parametrize("action", QUESTIONS)
def test_the_deployer_may_ask_for_the_accounts_concurrency(action: str) -> None:
    """The policy allows what `make deploy` asks before it deploys."""
    assert allowed(action)


def test_the_deployer_may_not_change_other_resources() -> None:
    """Only four statements are for all resources: those of resources that have no name of the stack."""
    unrestricted = {entry["Sid"] for entry in STATEMENTS if entry["Resource"] == "*"}
    assert unrestricted == {"ReadTemplates", "ReadQuota", "EventSources", "Watch"}
    assert all(entry["Effect"] == "Allow" for entry in STATEMENTS)
    assert not allowed("iam:CreateUser")
    assert not allowed("ec2:RunInstances")
