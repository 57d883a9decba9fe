"""Walking the stored results of a sweep beside the points of its plan, one object after the other."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from application.documents.result_keys import shard_of
from application.documents.result_lines import SKIPPED, object_lines
from application.ports.result_objects import ResultObjects
from domain.designs.design import Render
from domain.designs.whole import walk_whole
from domain.plan import Shard
from domain.request import SweepRequest
from domain.sweep import PointError

T = TypeVar("T")

UNREADABLE = (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError)
_ERROR = b'"error":'


@dataclass(frozen=True, slots=True)
class WalkResults:
    """The results at some paths, in the order of their shards."""

    objects: ResultObjects
    request: SweepRequest
    paths: Sequence[str]

    def __call__(
        self, render: Render[T], on_read: Callable[[], None], on_unread: Callable[[int], None]
    ) -> Iterator[tuple[int, tuple[T, ...], PointError | None]]:
        """Yield for each evaluated point its index, its parts as `render` makes them, and its error, if it has one.

        A point that was skipped tells nothing of the target.

        A parameter that does not exist at a point is null there. `on_read` is called after each object, `on_unread`
        with the number of each shard whose lines are not those of its points, from the first such line on. Raises
        `DependencyUnavailable`.
        """
        for path in self.paths:
            number = shard_of(path.rpartition("/")[2])
            if number is not None and number < self.request.plan.shards:
                shard = self.request.plan.shard(number)
                try:
                    yield from self._points(shard, self.objects.read(path) or b"", render)
                except UNREADABLE:
                    on_unread(number)
            on_read()

    def _points(
        self, shard: Shard, body: bytes, render: Render[T]
    ) -> Iterator[tuple[int, tuple[T, ...], PointError | None]]:
        parts = walk_whole(self.request.design, shard.start, shard.stop, render)
        indices = range(shard.start, shard.stop)
        for index, point, line in zip(indices, parts, object_lines(body), strict=True):
            if not line.startswith(b'{"index":%d,' % index):
                raise ValueError("the lines are not in the order of the plan")
            if line.endswith(SKIPPED):
                continue
            # Most lines have a value, and need not be parsed.
            yield index, point, _error(index, line) if _ERROR in line else None


def _error(index: int, line: bytes) -> PointError | None:
    error = json.loads(line).get("error")
    return PointError(index, error["type"], error["message"]) if error else None
