"""Writes what is generated, by `make schema`: schemas, OpenAPI document, gateway's model, the pages of the commands.

python -m infra.write_schemas            write
python -m infra.write_schemas --check    name the files that have drifted, and exit with 1 if any has
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import help_pages
from infra.answer_schemas import PRINTED, printed_schema
from infra.openapi import openapi_document
from infra.schemas import (
    extended_payload_schema,
    payload_schema,
    request_schema,
    result_line_schema,
    retried_payload_schema,
    span_payload_schema,
    upload_schema,
)
from infra.template_file import TEMPLATE

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "docs" / "schemas"
_PROJECT = ROOT / "pyproject.toml"
OPENAPI = ROOT / "docs" / "openapi.json"
# The gateway's models, each between two comments of the template.
_MODELS = {"schema": request_schema, "upload-schema": upload_schema}
_INDENT = " " * 8
_SPREAD = ("properties", "definitions")


def main(arguments: list[str]) -> int:
    """Write every generated file, or with an argument check it, and return the exit code: 1 if a file has drifted."""
    drifted = (
        [path for path, text in generated() if not path.exists() or path.read_text(encoding="utf-8") != text]
        if arguments
        else []
    )
    for path in drifted:
        sys.stderr.write(f"{path.relative_to(ROOT)} is not what the models say; write it anew with: make schema\n")
    if not arguments:
        for path, text in generated():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if drifted else 0


def generated() -> Iterator[tuple[Path, str]]:
    """Yield the path of each generated file, and the text that it should have."""
    contracts = {
        "sweep-request": request_schema(),
        "worker-payload-1": payload_schema(),
        "worker-payload-2": retried_payload_schema(),
        "worker-payload-3": extended_payload_schema(),
        "dispatcher-payload-1": span_payload_schema(),
        "result-line": result_line_schema(),
    }
    for name, contract in contracts.items():
        yield SCHEMAS / f"{name}.schema.json", json.dumps(contract, indent=2) + "\n"
    yield from help_pages.pages()
    for name, shape in PRINTED.items():
        yield SCHEMAS / f"{name}.schema.json", json.dumps(printed_schema(shape), indent=2) + "\n"
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, schema in _MODELS.items():
        text = with_model(text, schema(), name)
    yield TEMPLATE, text
    yield OPENAPI, json.dumps(openapi_document(text, _version()), indent=2) + "\n"


def _version() -> str:
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def with_model(template: str, schema: dict[str, Any], name: str = "schema") -> str:
    """Return the template's text with the schema between its markers, as JSON, which YAML includes."""
    lines = "".join(f"{_INDENT}{line}\n" for line in one_definition_a_line(schema).splitlines())
    between = rf"(?<=# {name}:begin\n).*?(?=^ *# {name}:end)"
    return re.sub(between, lambda _: lines, template, flags=re.DOTALL | re.MULTILINE)


def one_definition_a_line(schema: dict[str, Any]) -> str:
    """Return a schema as JSON: each keyword, each property and each definition on a line of its own."""
    return _in_lines(
        {
            keyword: _in_lines({name: json.dumps(inner) for name, inner in part.items()})
            if keyword in _SPREAD
            else json.dumps(part)
            for keyword, part in schema.items()
        }
    )


def _in_lines(members: dict[str, str]) -> str:
    lines = ",\n".join(f"{json.dumps(name)}: {text}" for name, text in members.items())
    return f"{{\n{textwrap.indent(lines, '  ')}\n}}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
