"""How large an answer may be: a Lambda can return only so much, and lists grow with a sweep."""

from __future__ import annotations

import json
from collections.abc import Iterable

from domain.errors import InvalidSweep
from domain.space.scalars import Json

# In characters, of one list; with all else that an answer holds, it stays below 1 MB.
LARGEST_LIST = 800_000
# Likewise, of the one answer that is no list: a Lambda returns at most 6 MB, and the answer has other parts.
LARGEST_DOCUMENT = 5_500_000
SEPARATORS = (",", ":")


def weight(entry: Json) -> int:
    """Return how many characters an entry takes in an answer, which is JSON within JSON: escapes are escaped again."""
    return len(json.dumps(json.dumps(entry, separators=SEPARATORS) + SEPARATORS[0]))


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


def check_size(document: Json) -> None:
    """Raise `InvalidSweep` for a document that no answer can hold."""
    size = weight(document)
    if size > LARGEST_DOCUMENT:
        message = f"the document takes {size:,} characters of an answer, which holds {LARGEST_DOCUMENT:,}"
        raise InvalidSweep.at("", f"{message}; it is the one that was submitted: keep that")


def cut(text: str, longest: int) -> str:
    """Return a text, of a longer one its first characters and three dots."""
    return text if len(text) <= longest else f"{text[:longest]}..."
