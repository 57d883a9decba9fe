"""Reads what a stack is deployed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

NO_STACK = "ValidationError"
# The state of a stack whose first change set was never carried out.
UNMADE = "REVIEW_IN_PROGRESS"


def parameters_of(stacks: CloudFormationClient, name: str) -> dict[str, str]:
    """Return the parameters of a stack, or none if there is no such stack yet; raises botocore's errors."""
    try:
        (stack,) = stacks.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == NO_STACK:
            return {}
        raise
    if stack["StackStatus"] == UNMADE:
        return {}
    return {entry["ParameterKey"]: entry["ParameterValue"] for entry in stack.get("Parameters", [])}
