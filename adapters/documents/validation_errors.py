"""Pydantic's findings in the words of a user: dotted paths as written in the document, and what would be right.

What the user wrote is never repeated: an answer may be seen by strangers, and a log kept for years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from domain.designs.kinds import DESIGN_KINDS
from domain.errors import InvalidSweep, MalformedSweep, Problem
from domain.space.names import PARAMETER_NAME, RULES
from domain.space.scalars import BROKEN_TEXT

Location = tuple[str | int, ...]
# The keys that may stand in a place, by the last name or tag on the way to it.
KnownKeys = Mapping[str, Sequence[str]]
TOP = ""
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
# Each member of a union that does not fit is reported by itself, at a place of its own.
_MEMBERS = {"int", "float", "str", "bool", "none"}
_NUMBER = "must be a number"
_SCALAR = "must be text, a number, true, false or null"


# Not a matter of shape: patterns do not mean the same in every language (at the end of a line, for one), and a schema
# knows nothing of surrogates.
_SENSE = {"string_pattern_mismatch", "string_unicode"}


def malformed(error: ValidationError, known: KnownKeys) -> InvalidSweep:
    """Return the findings as one error, a problem a place; a `MalformedSweep` if a schema would find any of them.

    No more than 100 problems are told: nobody reads on, and no answer could carry what a large body can be wrong in.
    """
    found = error.errors(include_url=False, include_input=False, include_context=True)
    misspelt = {one["loc"][:-1] for one in found if one["type"] == "extra_forbidden"}
    problems: dict[str, str] = {}
    for one in found:
        location: Location = one["loc"]
        # Whoever misspells the key of a parameter also misses it; the first finding says it all.
        if one["type"] == "missing" and location[:-1] in misspelt and _container(location).startswith("<"):
            continue
        if len(problems) == _MOST_PROBLEMS:
            break
        path, member = _path(location)
        problems[path] = _of_union(member, problems.get(path)) if member else _message(one, location, known)
    kind = InvalidSweep if all(one["type"] in _SENSE for one in found) else MalformedSweep
    return kind(*(Problem(path, message) for path, message in problems.items()))


def _container(location: Location) -> str:
    """Return the last name or tag on the way to a place."""
    return str(location[-2]) if len(location) > 1 else TOP


def _path(location: Location) -> tuple[str, str]:
    """Return the path as the user would write it, and the member of a union that the finding is about."""
    parts = [str(part) for part in location]
    member = parts.pop() if len(parts) > 1 and parts[-1] in _MEMBERS and isinstance(location[-1], str) else ""
    return ".".join(part for part in parts if not (part.startswith("<") or part == "[key]")), member


def _of_union(member: str, before: str | None) -> str:
    return _SCALAR if member in {"str", "bool", "none"} or before == _SCALAR else _NUMBER


def _message(finding: Any, location: Location, known: KnownKeys) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    kind = finding["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(location[-1]), known.get(_container(location), ()))
    if location[-1:] == ("[key]",):
        return RULES[PARAMETER_NAME]
    if kind == "string_pattern_mismatch":
        return RULES.get(finding["ctx"]["pattern"], "is not what is expected here")
    text = _MESSAGES.get(kind)
    return text.format(**finding.get("ctx", {})) if text else "is not what is expected here"


def _unknown_key(key: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    if key in choices:
        return f"cannot stand beside another of {', '.join(choices)}; give one"
    close = get_close_matches(key, choices, n=1)
    return f"is no known key; did you mean {close[0]}?" if close else f"is no known key; there are {', '.join(choices)}"
