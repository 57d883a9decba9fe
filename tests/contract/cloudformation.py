"""The template as CloudFormation gets it from SAM's transform."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import boto3
from jsonschema import Draft4Validator
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.template_file import TEMPLATE, read_template

REGION = "us-east-1"


@cache
def template() -> dict[str, Any]:
    """Return the template as it is written."""
    return read_template(TEMPLATE.read_text(encoding="utf-8"))


@cache
def translated() -> dict[str, Any]:
    """Return the plain CloudFormation that AWS's own translator writes, as if the bundles were uploaded."""
    source = copy.deepcopy(template())
    source["Globals"]["Function"]["CodeUri"] = "s3://bundles/bundle.zip"
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    result: dict[str, Any] = translator.translate(source, {})
    return result


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the translated resources of one type, by logical id."""
    return {name: found for name, found in translated()["Resources"].items() if found["Type"] == kind}


def properties(logical_id: str) -> dict[str, Any]:
    """Return the properties of one translated resource."""
    found: dict[str, Any] = translated()["Resources"][logical_id]["Properties"]
    return found


def shipped(model: str = "SweepRequestModel") -> dict[str, Any]:
    """Return the schema of a model in the translated template, by default that of a sweep's request."""
    found: dict[str, Any] = properties(model)["Schema"]
    return found


MODEL = Draft4Validator(shipped())
