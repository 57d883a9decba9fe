"""What a target's results depend on: its sources, each by a name with a digest of its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

# Such as `model.py` or `package/part.py`, and the target's own name for what the target holds.
TargetSources: TypeAlias = Mapping[str, str]


def changed(before: TargetSources, now: TargetSources) -> list[str]:
    """Return in order the names whose digests differ, and those that one of the two alone has."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def together(before: TargetSources, now: TargetSources) -> TargetSources:
    """Return the sources of results of which some were made before and some are made now.

    A source that differs has no digest (an empty text), which equals that of no target.
    """
    return {name: now.get(name, "") if before.get(name) == now.get(name) else "" for name in before.keys() | now.keys()}
