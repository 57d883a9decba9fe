"""Pydantic's findings as problems that a user can act on: a path as the document has it, and what would be right.

No message repeats a value of the document: others may read the answer, and a log may be kept for years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from adapters.documents.kind_shapes import WHEN
from adapters.documents.tags import is_tag, tag
from domain.designs.kinds import DESIGN_KINDS
from domain.errors import InvalidSweep, MalformedSweep, Problem
from domain.space.kinds import PARAMETER_KINDS
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
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "is too short; at least {min_length} needed",
    "too_long": "is too long; at most {max_length} allowed",
    "string_too_short": "is too short; at least {min_length} needed",
    "string_too_long": "is too long; at most {max_length} characters allowed",
    "literal_error": f"must be one of its kinds: {', '.join(_FIRST)} or {_LAST}",
    "enum": "must be {expected}",
    "string_unicode": BROKEN_TEXT,
    "no_kind": f"names no kind of levels; there are {', '.join(sorted(PARAMETER_KINDS))}",
    "int_parsing_size": "is an integer too large to read",
}
# Pydantic reports each member of a union that does not fit, and ends the location with the member's name.
_MEMBERS = {"int", "float", "str", "bool", "none"}
_NUMBER = "must be a number"
# What a client reads, and no reader of requests.
_POINTS_FILE = tag("points"), "file"
_OF_A_CLIENT = (
    "is of the client, which reads the file and stores its rows: submit with `sweep submit`, or ss.submit in Python"
)
_UNEXPECTED = "is not what is expected here"
_SCALAR = "must be text, a number, true, false or null"
_LEVELS = "is no list of levels; write a list, such as [3] for 3, or a kind, such as {linspace: {start, stop, num}}"
# The type of a finding that is not pydantic's: a parameter has keys, but none that names a kind of levels.
_NO_KIND = "no_kind"
# Where a parameter names no kind of levels, it is read as this one.
_VALUES = "values"


# What no JSON Schema finds: a pattern does not mean the same in every language (`$` before a line end, for one), and a
# schema knows nothing of surrogates.
_SENSE = {"string_pattern_mismatch", "string_unicode"}


def malformed(error: ValidationError, known: KnownKeys) -> InvalidSweep:
    """Return the findings as one error, a problem a place; a `MalformedSweep` if a schema would find any of them.

    It holds the first 100 problems: a large body can have more of them than an answer can carry.
    """
    found = error.errors(include_url=False, include_input=False, include_context=True)
    problems: dict[str, str] = {}
    for one in _telling(found):
        if len(problems) == _MOST_PROBLEMS:
            break
        location: Location = one["loc"]
        path, member = _path(location)
        problems[path] = _of_union(member, problems.get(path)) if member else _message(one, location, known)
    kind = InvalidSweep if all(one["type"] in _SENSE for one in found) else MalformedSweep
    return kind(*(Problem(path, message) for path, message in problems.items()))


def _telling(found: Sequence[Any]) -> Iterator[Any]:
    """Yield the findings but for those that follow from another one about the same part of the document."""
    extra = Counter(_part(one) for one in found if one["type"] == "extra_forbidden")
    # A part of an unknown kind has been read as one of another kind.
    unknown = {_part(one) for one in found if one["type"] == "literal_error" and is_tag(_container(one["loc"]))}
    nameless = {_part(one) for one in found if _names_no_kind(one) and extra[_part(one)] != 1}
    for one in found:
        kind, part = one["type"], _part(one)
        is_of_unknown = kind != "literal_error" and any(one["loc"][: len(other)] == other for other in unknown)
        # A misspelt key is reported as unknown, and the right one as missing: the first says enough.
        is_misspelt = kind == "missing" and extra[part] and is_tag(_container(one["loc"])) and part not in nameless
        if not (is_of_unknown or is_misspelt or (kind == "extra_forbidden" and part in nameless)):
            yield one | {"loc": part, "type": _NO_KIND} if part in nameless else one


def _part(finding: Any) -> Location:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return the location of the part of the document that a finding's key belongs to."""
    location: Location = finding["loc"]
    return location[:-1]


def _names_no_kind(finding: Any) -> bool:  # noqa: ANN401 - likewise
    """Return whether a finding says that a parameter has no key that names a kind of levels."""
    return bool(finding["type"] == "missing" and finding["loc"][-2:] == (tag(_VALUES), _VALUES))


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
        is_of_a_client = (_container(location), location[-1]) == _POINTS_FILE
        return _OF_A_CLIENT if is_of_a_client else _unknown_key(str(location[-1]), known.get(_container(location), ()))
    if location[-1:] == (_KEY,):
        return RULES[PARAMETER_NAME]
    if kind == "string_pattern_mismatch":
        return RULES.get(finding["ctx"]["pattern"], _UNEXPECTED)
    if kind == "model_type":
        return _no_mapping(str(location[-1]) if location else TOP, known)
    if kind == "list_type" and location[-1] == _VALUES:
        return _LEVELS
    text = _MESSAGES.get("enum" if kind == "literal_error" and location[-1] != "kind" else kind)
    return text.format(**finding.get("ctx", {})) if text else _UNEXPECTED


def _no_mapping(part: str, known: KnownKeys) -> str:
    return _LEVELS if part == tag(_VALUES) else f"must be a mapping; its keys are {', '.join(known.get(part, ()))}"


def _unknown_key(key: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    if key in choices:
        others = (choice for choice in choices if choice != WHEN)
        return f"cannot stand beside another of {', '.join(others)}; give one"
    close = get_close_matches(key, choices, n=1)
    return f"is no known key; did you mean {close[0]}?" if close else f"is no known key; there are {', '.join(choices)}"
