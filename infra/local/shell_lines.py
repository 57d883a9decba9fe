"""The lines that a user types or evaluates in a shell to use a stack, made from the stack's record."""

from __future__ import annotations

import shlex
from typing import Any

from adapters.documents.routes import SWEEPS
from infra.local.deployment import ROOT_KEY
from infra.local.example_sweep import UNKNOWN

GREETING = """
the API is at {api}

use it here, and then anywhere:
  sweep use {name}
  sweep submit {example} --wait
  sweep results latest
"""
# Where the default target does not say what it takes.
EDIT = f"""
(write the names of your target's parameters in the place of {UNKNOWN})
"""


def greeting(record: dict[str, Any]) -> str:
    """Return the text that `up` prints: the API's address, and command lines to try."""
    text = GREETING.format(**{key: record[key] for key in ("api", "name", "example")})
    return text + EDIT if UNKNOWN in record["example"] else text


def variables(record: dict[str, Any]) -> str:
    """Return the lines of a shell that make AWS's own tools, curl and boto3 use a stack as its deployer."""
    values = {
        "AWS_ENDPOINT_URL": record["endpoint_url"],
        "AWS_CA_BUNDLE": record["authority"],
        "CURL_CA_BUNDLE": record["authority"],
        "SSL_CERT_FILE": record["authority"],
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_REGION": record["region"],
        "AWS_DEFAULT_REGION": record["region"],
        "ENDPOINT": record["api"] + SWEEPS,
    }
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())
