"""Reads the template as CloudFormation does, and renews the seal on its API.

API Gateway serves a snapshot of the API. CloudFormation makes a new snapshot only if the deployment's logical id
changes, so that id holds the digest of all that the snapshot holds: the seal.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).with_name("template.yaml")
SEALED_ID = re.compile(r"ApiDeployment[0-9a-f]{10}")
SEALED_TYPES = frozenset(
    f"AWS::ApiGateway::{kind}"
    for kind in ("RestApi", "Resource", "Model", "RequestValidator", "Method", "GatewayResponse")
)


class TemplateLoader(yaml.SafeLoader):
    """Reads YAML with CloudFormation's short functions: `!Sub x` becomes `{"Fn::Sub": x}`."""


def read_template(text: str) -> dict[str, Any]:
    """Return the template as the mapping that CloudFormation sees."""
    template: dict[str, Any] = yaml.load(text, Loader=TemplateLoader)  # noqa: S506 - a SafeLoader, plus the functions
    return template


def api_digest(template: dict[str, Any]) -> str:
    """Return the first 10 hexadecimal digits of the SHA-256 of the API's resources, in any order."""
    resources = {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] in SEALED_TYPES
    }
    canonical = json.dumps(resources, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:10]


def sealed(text: str) -> str:
    """Return the template's text with the deployment named after the API's digest."""
    return SEALED_ID.sub(f"ApiDeployment{api_digest(read_template(text))}", text)


def main() -> int:
    """Renew the seal in the template's file, print the digest, and return 0."""
    text = TEMPLATE.read_text(encoding="utf-8")
    TEMPLATE.write_text(sealed(text), encoding="utf-8")
    sys.stdout.write(f"the API's digest is {api_digest(read_template(text))}\n")
    return 0


def _short_function(loader: TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, object]:
    key = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value = _plain(loader, node)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {key: value}


def _plain(loader: TemplateLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # only mappings are left


TemplateLoader.add_multi_constructor("!", _short_function)

if __name__ == "__main__":
    sys.exit(main())
