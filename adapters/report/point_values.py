"""One number of each point, in the order of the points, from the lines of the results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from adapters.report.coverage import Audit
from adapters.report.result_objects import StrPath, blocks
from domain.errors import InvalidSweep

# What the lines have for the floats that JSON has not.
_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}


def point_values(paths: Sequence[StrPath], key: str | None, size: int) -> Iterator[float | None]:
    """Yield a number for each of `size` points: the value itself, or what a mapping has under `key`, such as `a.b`.

    It is None where a point has no value, was skipped or has no result at all, and for a number that is not finite.
    Raises `InvalidSweep` for a value that is no number, and `DependencyUnavailable` for a damaged object.
    """
    reached = 0
    for block in blocks(paths, Audit()):
        for line in map(json.loads, block.splitlines()):
            yield from repeat(None, line["index"] - reached)
            yield _number(line["value"], key, line["index"]) if "value" in line else None
            reached = line["index"] + 1
    yield from repeat(None, size - reached)


def _number(value: Any, key: str | None, index: int) -> float | None:  # noqa: ANN401 - any JSON value
    found = value
    for part in key.split(".") if key else ():
        if not isinstance(found, dict) or part not in found:
            raise InvalidSweep.at(key or "", f"is not in the value of point {index}; {_there_are(value)}")
        found = found[part]
    if isinstance(found, int | float):
        return found
    if found is None or (isinstance(found, str) and found in _NOT_FINITE):
        return None
    raise InvalidSweep.at(key or "value", f"is no number at point {index}; {_there_are(value)}")


def _there_are(value: object) -> str:
    """Return a sentence on the keys to choose from."""
    return f"name one of its keys: {', '.join(value)}" if isinstance(value, dict) else "it has no keys"
