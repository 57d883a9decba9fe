"""The published JSON Schemas of what commands print."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def check_printed(name: str, printed: str) -> dict[str, Any]:
    """Assert that a text is one document of a published schema, without a member that the schema does not know."""
    document: dict[str, Any] = json.loads(printed)
    _closed(name).validate(document)
    return document


@cache
def _closed(name: str) -> Draft202012Validator:
    """Return the validator of a schema that accepts no further member: one would be an unpublished one."""
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            part["additionalProperties"] = False
    return Draft202012Validator(schema)
