"""Points in JSON lines: an object for each point, whose values stay as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from adapters.documents.strict_json import read_json
from adapters.point_files.batches import BATCH_ROWS, Batch, wrong
from adapters.point_files.text_lines import text_lines
from application.on_done import OnDone
from domain.errors import InvalidSweep

_WORD = 'must be one point, as in {"x": 1, "y": 2.5}'


class JsonLinesFile:
    """A file whose first point names the parameters, which all others must have too. Empty lines are passed over."""

    unit = "line"

    def __init__(self, path: Path, on_read: OnDone) -> None:
        """Read the names."""
        self._path, self._on_read = path, on_read
        with path.open("rb") as file:
            self.names = [name for _, point in islice(self._points(text_lines(path, file)), 1) for name, _ in point]

    def batches(self) -> Iterator[Batch]:
        """Yield all rows."""
        size = self._path.stat().st_size
        with self._path.open("rb") as file:
            points = self._points(text_lines(self._path, file))
            while batch := list(islice(points, BATCH_ROWS)):
                rows = [self._row(line, point) for line, point in batch]
                yield Batch(list(zip(*rows, strict=True)), [line for line, _ in batch])
                self._on_read(file.tell(), size)

    def _points(self, lines: Iterator[str]) -> Iterator[tuple[int, Sequence[tuple[str, object]]]]:
        """Yield the members of each point, with its line."""
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if text:
                yield number, self._point(number, text)

    def _point(self, number: int, text: str) -> Sequence[tuple[str, object]]:
        try:
            found = _decode(text)
        except (ValueError, RecursionError):
            found = None
        # The members of an object, which are no list of a document's; all else is read again, for its error.
        if isinstance(found, _Members):
            return found
        try:
            read_json(text)
        except InvalidSweep as error:
            raise wrong(self._path, str(error).removeprefix("line 1, "), f"line {number}") from error
        raise wrong(self._path, _WORD, f"line {number}")

    def _row(self, line: int, point: Sequence[tuple[str, object]]) -> Sequence[object]:
        if [name for name, _ in point] == self.names:
            return [value for _, value in point]
        values = dict(point)
        if len(point) != len(self.names) or values.keys() != set(self.names):
            message = f"must name exactly {', '.join(self.names)}, as the first point does"
            raise wrong(self._path, message, f"line {line}")
        return [values[name] for name in self.names]


class _Members(tuple[tuple[str, object], ...]):
    """The members of an object."""

    __slots__ = ()


_decode = json.JSONDecoder(object_pairs_hook=_Members).decode
