"""How large an answer may be: a Lambda can return only so much, and lists grow with a sweep."""

from __future__ import annotations

import json
from collections.abc import Iterable

from domain.space.scalars import Json

# In characters, of one list; with all else that an answer holds, it stays below 1 MB.
LARGEST_LIST = 800_000
_SEPARATOR = ", "


def weight(entry: Json) -> int:
    """Return how many characters an entry takes in an answer, which is JSON within JSON: escapes are escaped again."""
    return len(json.dumps(json.dumps(entry) + _SEPARATOR))


def fitting(entries: Iterable[Json], largest: int = LARGEST_LIST) -> list[Json]:
    """Return the first entries, as many as fit into an answer together."""
    kept: list[Json] = []
    left = largest
    for entry in entries:
        left -= weight(entry)
        if left < 0:
            break
        kept.append(entry)
    return kept


def cut(text: str, longest: int) -> str:
    """Return a text, of a longer one its first characters and three dots."""
    return text if len(text) <= longest else f"{text[:longest]}..."
