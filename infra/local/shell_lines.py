"""The lines that a user types or evaluates in a shell to use a stack, made from the stack's record."""

from __future__ import annotations

import shlex
from typing import Any

from adapters.documents.routes import SWEEP, SWEEPS, path_of
from infra.local.deployment import ROOT_KEY

GREETING = """
the API is at {api}

submit a sweep:
{submission}

ask where it stands, with the sweep_id of the answer:
{question}
"""
EXAMPLE = '{"name":"hello","parameters":{"angle":[30,45,60],"speed":[20],"drag":[0.01]}}'


def greeting(record: dict[str, Any]) -> str:
    """Return the text that `up` prints: the API's address, and two command lines to try."""
    return GREETING.format(api=record["api"], submission=submission(record), question=question(record))


def submission(record: dict[str, Any]) -> str:
    """Return a command line that submits a sweep."""
    headers = "-H 'Content-Type: application/json' -H 'Idempotency-Key: hello'"
    return _curl(record, headers, f"-d '{EXAMPLE}' {record['api']}{SWEEPS}")


def question(record: dict[str, Any]) -> str:
    """Return a command line that asks where a sweep stands; the user replaces SWEEP_ID."""
    return _curl(record, record["api"] + path_of(SWEEP, "SWEEP_ID"))


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


def _curl(record: dict[str, Any], *rest: str) -> str:
    caller = record["caller"]
    signed = f"--aws-sigv4 aws:amz:{record['region']}:execute-api"
    key = f"{caller['access_key_id']}:{caller['secret_access_key']}"
    return " \\\n  ".join((f"curl --cacert {shlex.quote(record['authority'])}", f"{signed} --user {key}", *rest))
