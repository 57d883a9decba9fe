"""What other programs make of the template."""

from __future__ import annotations

import json

import boto3
import pytest
from cfnlint.api import ManualArgs, lint
from moto import mock_aws

from infra.template_file import TEMPLATE
from tests.contract.cloudformation import REGION, translated


def test_cfn_lint_finds_nothing() -> None:
    """AWS's own schemas agree with every property of it, after the transform."""
    found = lint(TEMPLATE.read_text(encoding="utf-8"), config=ManualArgs(regions=[REGION]))
    assert [str(match) for match in found] == []


@pytest.mark.filterwarnings("ignore:Tried to parse")  # what moto does not know, it leaves out
@mock_aws
def test_another_emulator_creates_the_stack() -> None:
    """Moto makes what it knows of the translated template, without an error."""
    formation = boto3.client("cloudformation", region_name=REGION)
    formation.create_stack(StackName="sweep", TemplateBody=json.dumps(translated()), Capabilities=["CAPABILITY_IAM"])
    (stack,) = formation.describe_stacks(StackName="sweep")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
