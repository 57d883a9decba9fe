"""Which points a folder of result objects has: each index once, or else which ones are missing or double."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.report.result_objects import opened

# Every line begins with it.
_INDEX = b'{"index":'
_ERROR = b'"error":'


@dataclass(frozen=True, slots=True)
class Line:
    """The index of a point, and whether its line has an error instead of a value."""

    index: int
    is_error: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The greatest index, how many lines have an error, and the ranges of indices that no or more than one line has."""

    last: int
    errors: int
    missing: Sequence[range]
    double: Sequence[range]

    @classmethod
    def of(cls, lines: Iterable[Line], size: int | None = None) -> Coverage:
        """Audit lines in the order of their shards; without the sweep's `size`, up to the greatest index."""
        errors = expected = 0
        missing: list[range] = []
        double: list[range] = []
        for line in lines:
            errors += line.is_error
            if line.index > expected:
                missing.append(range(expected, line.index))
            if line.index < expected:
                _add(double, line.index)
            expected = max(expected, line.index + 1)
        if size is not None and expected < size:
            missing.append(range(expected, size))
        return cls(expected - 1, errors, missing, double)

    @property
    def is_whole(self) -> bool:
        """Whether each point has one line, with a value."""
        return not (self.errors or self.missing or self.double)


def lines_of(paths: Iterable[Path]) -> Iterator[Line]:
    """Yield what each line is; raises `DependencyUnavailable` for an object that cannot be read."""
    for path in paths:
        with opened(path) as lines:
            for line in lines:
                # Most lines have a value, and need not be parsed.
                yield Line(_index(line), _ERROR in line and "error" in json.loads(line))


def _index(line: bytes) -> int:
    if not line.startswith(_INDEX):
        raise ValueError("a line has no index")
    return int(line[len(_INDEX) : line.index(b",")])


def _add(ranges: list[range], index: int) -> None:
    """Add an index to ranges that grow: to the last one, where it comes next."""
    if ranges and ranges[-1].stop == index:
        ranges[-1] = range(ranges[-1].start, index + 1)
    else:
        ranges.append(range(index, index + 1))
