"""Other programs accept the template: cfn-lint finds no error, and moto creates its resources."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3
import pytest
from cfnlint.api import ManualArgs, lint
from moto import mock_aws
from moto.cloudformation.parsing import get_model_map

from infra.template_file import TEMPLATE
from tests.contract.cloudformation import REGION, translated

pytestmark = pytest.mark.one_python
EXPECTED = {
    *(
        "Parent",
        "ParentRole",
        "ParentLogs",
        "Dispatcher",
        "DispatcherRole",
        "DispatcherLogs",
        "Worker",
        "WorkerRole",
        "WorkerLogs",
    ),
    *("Undelivered", "UndeliveredRole", "UndeliveredLogs", "UndeliveredQueue", "DeadLetters", "Ledger", "Results"),
}


def supported_by_moto(template: dict[str, Any]) -> dict[str, Any]:
    """Return the template without the resources that moto does not support and those that refer to them."""
    kept = dict(template["Resources"])
    removed = {name for name, found in kept.items() if found["Type"] not in get_model_map()}
    while removed:
        for name in removed:
            del kept[name]
        removed = {name for name, found in kept.items() if mentions(found, set(template["Resources"]) - set(kept))}
    return {**{key: part for key, part in template.items() if key != "Outputs"}, "Resources": kept}


def mentions(resource: dict[str, Any], names: set[str]) -> bool:
    """Return whether a resource refers to any of these names."""
    text = json.dumps(resource)
    return any(f'"{name}"' in text or f"${{{name}" in text for name in names)


def empty_archive() -> bytes:
    """Return a zip file without entries."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w"):
        pass
    return archive.getvalue()


def test_cfn_lint_finds_nothing() -> None:
    """The translated template is valid by AWS's own schemas."""
    found = lint(TEMPLATE.read_text(encoding="utf-8"), config=ManualArgs(regions=[REGION]))
    assert [str(match) for match in found] == []


@mock_aws
def test_moto_creates_what_it_supports() -> None:
    """Moto creates the translated functions, roles, table, bucket and queues without an error."""
    bundles = boto3.client("s3", region_name=REGION)
    bundles.create_bucket(Bucket="bundles")
    bundles.put_object(Bucket="bundles", Key="bundle.zip", Body=empty_archive())
    supported = supported_by_moto(translated())
    formation = boto3.client("cloudformation", region_name=REGION)
    formation.create_stack(StackName="sweep", TemplateBody=json.dumps(supported), Capabilities=["CAPABILITY_IAM"])
    (stack,) = formation.describe_stacks(StackName="sweep")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    made = formation.list_stack_resources(StackName="sweep")["StackResourceSummaries"]
    assert {resource["LogicalResourceId"] for resource in made} >= EXPECTED
