"""Which points a folder of result objects has: each index once, or else which ones are missing or double."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.report.result_table import opened

# Every line begins with it.
_INDEX = b'{"index":'


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many lines there are, and the ranges of indices that none or more than one of them has."""

    lines: int
    missing: Sequence[range]
    double: Sequence[range]

    @classmethod
    def of(cls, indices: Iterable[int], size: int | None = None) -> Coverage:
        """Audit the indices of lines in the order of their shards; without the sweep's `size`, up to the last one."""
        lines = expected = 0
        missing: list[range] = []
        double: list[range] = []
        for index in indices:
            lines += 1
            if index > expected:
                missing.append(range(expected, index))
            if index < expected:
                _add(double, index)
            expected = max(expected, index + 1)
        if size is not None and expected < size:
            missing.append(range(expected, size))
        return cls(lines, missing, double)


def indices(paths: Iterable[Path]) -> Iterator[int]:
    """Yield the index of each line; raises `DependencyUnavailable` for an object that cannot be read."""
    for path in paths:
        with opened(path) as lines:
            for line in lines:
                yield _index(line)


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
