"""The text of a sweep file that stands for a request: what `sweep_file.py` reads back as the same request."""

from __future__ import annotations

import json
import re

from application.documents.request import request_document
from domain.request import SweepRequest
from domain.space.scalars import Json

# An escaped backslash, which may stand before what only looks like an escape, or a surrogate pair.
_PAIR = re.compile(r"\\\\|\\ud[89ab]..\\ud[c-f]..")
_A_LINE_EACH = {"parameters", "constants"}


def sweep_json(request: SweepRequest, design: Json = None) -> str:
    """Return the request as a JSON file; `design` is what a client writes for a design whose points are in a file."""
    return json.dumps(_document(request, design), indent=2) + "\n"


def sweep_yaml(request: SweepRequest, design: Json = None) -> str:
    """Return the request as a YAML file, whose values are JSON: no text is taken for a number when it is read."""
    lines = []
    for key, value in _document(request, design).items():
        if key in _A_LINE_EACH and isinstance(value, dict) and value:
            lines += [f"{key}:", *(f"  {name}: {_flow(one)}" for name, one in value.items())]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _document(request: SweepRequest, design: Json) -> dict[str, Json]:
    return request_document(request) | ({"design": design} if design else {})


def _flow(value: Json) -> str:
    """Return a value as JSON that libyaml reads: it knows no surrogate pairs, but longer escapes."""
    return _PAIR.sub(_one_escape, json.dumps(value))


def _one_escape(found: re.Match[str]) -> str:
    if found[0] == "\\\\":
        return found[0]
    character = json.loads('"' + found[0] + '"')
    return f"\\U{ord(character):08x}"
