"""Which points the lines of result objects have: each index once, or else which ones are missing or double."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from application.documents.result_lines import SKIPPED

# Every line begins with it. JSON has no line break within a value, so that the break before it is the line's beginning.
_INDEX = re.compile(rb'\n\{"index":(\d+),')
_ERROR = b'"error":'


@dataclass(frozen=True, slots=True)
class Coverage:
    """The greatest index, how many lines have an error or were skipped, the ranges of indices without or with many."""

    last: int
    errors: int
    missing: Sequence[range]
    double: Sequence[range]
    skipped: int = 0

    def up_to(self, size: int) -> Coverage:
        """Return the coverage of a sweep of so many points: those after the greatest index are missing too."""
        end = [range(self.last + 1, size)] if self.last + 1 < size else []
        return replace(self, missing=[*self.missing, *end])

    @property
    def is_whole(self) -> bool:
        """Whether each point has one line, with a value or skipped."""
        return not (self.errors or self.missing or self.double)


@dataclass(slots=True)
class Audit:
    """Notes the indices of lines, in the order of their shards, while they are read for another purpose."""

    _errors: int = 0
    _expected: int = 0
    _missing: list[range] = field(default_factory=list)
    _double: list[range] = field(default_factory=list)
    _skipped: int = 0

    def read(self, block: bytes) -> None:
        """Note whole lines; raises `ValueError` if one of them has no index."""
        indices = list(map(int, _INDEX.findall(b"\n" + block)))
        if len(indices) != block.count(b"\n"):
            raise ValueError("a line has no index")
        self.note(indices)
        self._skipped += block.count(SKIPPED)
        # Most lines have a value, and need not be parsed.
        if _ERROR in block:
            self._errors += sum("error" in json.loads(line) for line in block.splitlines() if _ERROR in line)

    def note(self, indices: Sequence[int]) -> None:
        """Note the indices of lines that follow one another."""
        after = self._expected + len(indices)
        if indices == list(range(self._expected, after)):
            self._expected = after
        else:
            self._note_each(indices)

    def coverage(self) -> Coverage:
        """Return what the lines so far have, up to their greatest index."""
        return Coverage(self._expected - 1, self._errors, list(self._missing), list(self._double), self._skipped)

    def _note_each(self, indices: Iterable[int]) -> None:
        for index in indices:
            if index > self._expected:
                self._missing.append(range(self._expected, index))
            if index < self._expected:
                _add(self._double, index)
            self._expected = max(self._expected, index + 1)


def _add(ranges: list[range], index: int) -> None:
    """Add an index to ranges that grow: to the last one, where it comes next."""
    if ranges and ranges[-1].stop == index:
        ranges[-1] = range(ranges[-1].start, index + 1)
    else:
        ranges.append(range(index, index + 1))
