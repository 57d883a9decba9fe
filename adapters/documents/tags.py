"""Tags: the names by which pydantic chooses the shape of a part. They are no keys that a user wrote.

Pydantic puts the tag on the way to each finding. The angle brackets tell it from a key.
"""

from __future__ import annotations


def tag(kind: str) -> str:
    """Return the tag of a kind."""
    return f"<{kind}>"


def untagged(name: str) -> str:
    """Return the kind of a tag."""
    return name[1:-1]


def is_tag(part: str) -> bool:
    """Return whether a part of pydantic's location is a tag."""
    return part.startswith("<")
