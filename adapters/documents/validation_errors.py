"""Pydantic's findings as problems that a user can act on: a path as the document has it, and what would be right.

No message repeats a value of the document: others may read the answer, and a log may be kept for years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from adapters.documents.tags import is_tag
from domain.designs.kinds import DESIGN_KINDS
from domain.errors import InvalidSweep, MalformedSweep, Problem
from domain.space.names import PARAMETER_NAME, RULES
from domain.space.scalars import BROKEN_TEXT

Location = tuple[str | int, ...]
# The keys that may stand in each place, by the last key or tag on the way to it.
KnownKeys = Mapping[str, Sequence[str]]
TOP = ""
# What pydantic adds to the location of a key that is wrong itself.
_KEY = "[key]"
_MOST_PROBLEMS = 100

*_FIRST, _LAST = DESIGN_KINDS
_MESSAGES = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "is too short; at least {min_length} needed",
    "too_long": "is too long; at most {max_length} allowed",
    "string_too_long": "is too long; at most {max_length} characters allowed",
    "literal_error": f"must be one of its kinds: {', '.join(_FIRST)} or {_LAST}",
    "string_unicode": BROKEN_TEXT,
    "int_parsing_size": "is an integer too large to read",
}
# Pydantic reports each member of a union that does not fit, and ends the location with the member's name.
_MEMBERS = {"int", "float", "str", "bool", "none"}
_NUMBER = "must be a number"
_UNEXPECTED = "is not what is expected here"
_SCALAR = "must be text, a number, true, false or null"


# What no JSON Schema finds: a pattern does not mean the same in every language (`$` before a line end, for one), and a
# schema knows nothing of surrogates.
_SENSE = {"string_pattern_mismatch", "string_unicode"}


def malformed(error: ValidationError, known: KnownKeys) -> InvalidSweep:
    """Return the findings as one error, a problem a place; a `MalformedSweep` if a schema would find any of them.

    It holds the first 100 problems: a large body can have more of them than an answer can carry.
    """
    found = error.errors(include_url=False, include_input=False, include_context=True)
    misspelt = {one["loc"][:-1] for one in found if one["type"] == "extra_forbidden"}
    problems: dict[str, str] = {}
    for one in found:
        location: Location = one["loc"]
        # A misspelt key of a parameter is reported as unknown, and the right one as missing: the first says enough.
        if one["type"] == "missing" and location[:-1] in misspelt and is_tag(_container(location)):
            continue
        if len(problems) == _MOST_PROBLEMS:
            break
        path, member = _path(location)
        problems[path] = _of_union(member, problems.get(path)) if member else _message(one, location, known)
    kind = InvalidSweep if all(one["type"] in _SENSE for one in found) else MalformedSweep
    return kind(*(Problem(path, message) for path, message in problems.items()))


def _container(location: Location) -> str:
    """Return the last key or tag on the way to a place."""
    return str(location[-2]) if len(location) > 1 else TOP


def _path(location: Location) -> tuple[str, str]:
    """Return a place's path as a user would write it, and the member of a union that the finding is about, or ""."""
    parts = [str(part) for part in location]
    member = parts.pop() if len(parts) > 1 and parts[-1] in _MEMBERS and isinstance(location[-1], str) else ""
    return ".".join(part for part in parts if not (is_tag(part) or part == _KEY)), member


def _of_union(member: str, before: str | None) -> str:
    """Return the message about a union; `before` is that of the members reported so far."""
    return _SCALAR if member in {"str", "bool", "none"} or before == _SCALAR else _NUMBER


def _message(finding: Any, location: Location, known: KnownKeys) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    kind = finding["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(location[-1]), known.get(_container(location), ()))
    if location[-1:] == (_KEY,):
        return RULES[PARAMETER_NAME]
    if kind == "string_pattern_mismatch":
        return RULES.get(finding["ctx"]["pattern"], _UNEXPECTED)
    text = _MESSAGES.get(kind)
    return text.format(**finding.get("ctx", {})) if text else _UNEXPECTED


def _unknown_key(key: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    if key in choices:
        return f"cannot stand beside another of {', '.join(choices)}; give one"
    close = get_close_matches(key, choices, n=1)
    return f"is no known key; did you mean {close[0]}?" if close else f"is no known key; there are {', '.join(choices)}"
