"""Writes what AWS's clients need to use a stack as its caller, in the form of ~/.aws/config; `sweep use` finds it."""

from __future__ import annotations

from configparser import RawConfigParser
from io import StringIO
from typing import Any

from infra.local.deployment import STACK_NAME

CONFIG = "aws-config"
HEAD = "# Written by `make stack-up`. `sweep use` reads it, and so do AWS's clients, as AWS_CONFIG_FILE.\n"


def text_of(record: dict[str, Any]) -> str:
    """Return the file of a stack's record: a profile that has the stack's name, with the caller's key."""
    config = RawConfigParser()
    config[f"profile {record['name']}"] = {
        "region": record["region"],
        "endpoint_url": record["endpoint_url"],
        "ca_bundle": record["authority"],
        "aws_access_key_id": record["caller"]["access_key_id"],
        "aws_secret_access_key": record["caller"]["secret_access_key"],
        # Read by `sweep` alone: what CloudFormation calls the stack.
        "sweep_stack": STACK_NAME,
    }
    text = StringIO()
    config.write(text)
    return HEAD + text.getvalue()
