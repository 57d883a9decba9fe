"""The lines that a user types or evaluates in a shell to use a stack, made from the stack's record."""

from __future__ import annotations

import shlex
import zlib
from typing import Any

from adapters.documents.routes import SWEEP, SWEEPS, path_of
from infra.local.deployment import ROOT_KEY
from infra.local.example_sweep import UNKNOWN

GREETING = """
the API is at {api}

{submit}:
{submission}

ask where it stands, with the sweep_id of the answer:
{question}
"""
SUBMIT = "submit a sweep"
# Where the default target does not say what it takes.
EDIT = f"{SUBMIT}, with the names of your target's parameters in the place of {UNKNOWN}"


def greeting(record: dict[str, Any]) -> str:
    """Return the text that `up` prints: the API's address, and two command lines to try."""
    submit = EDIT if UNKNOWN in record["example"] else SUBMIT
    lines = {"submit": submit, "submission": submission(record), "question": question(record)}
    return GREETING.format(api=record["api"], **lines)


def submission(record: dict[str, Any]) -> str:
    """Return a command line that submits a sweep; another default target makes another key of it."""
    key = f"hello-{zlib.crc32(record['example'].encode()):08x}"
    headers = f"-H 'Content-Type: application/json' -H 'Idempotency-Key: {key}'"
    return _curl(record, headers, f"-d '{record['example']}' {record['api']}{SWEEPS}")


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
