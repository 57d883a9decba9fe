"""Use case: evaluate some points of a sweep again, and compare their lines with the stored ones, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from application.documents.result_keys import shard_of
from application.documents.result_lines import object_lines
from application.execute_shard import evaluate
from application.meter import Meter
from application.ports.forks import Forks
from application.ports.result_objects import ResultObjects
from application.ports.target_loader import TargetLoader
from application.walk_results import UNREADABLE
from domain.audit import Mismatch, Sample
from domain.request import SweepRequest
from domain.task import ShardTask

# So many of the lines that differ are named.
_MOST_MISMATCHES = 10


@dataclass(frozen=True, slots=True)
class CompareSample:
    """Evaluates points in this process."""

    objects: ResultObjects
    targets: TargetLoader
    forks: Forks

    def __call__(
        self, request: SweepRequest, paths: Sequence[str], indices: Sequence[int], on_point: Callable[[], None]
    ) -> Sample:
        """Return how many of the points, whose indices are in order, have the line that they get here.

        A point whose line is missing or damaged is not evaluated. Raises `TargetUnavailable` and
        `DependencyUnavailable`.
        """
        target = self.targets.load(request.require_target(), request.keywords, request.offered, request.optional)
        lacking = compared = 0
        mismatches: list[Mismatch] = []
        for index, stored in self._stored(request, paths, indices):
            on_point()
            if stored is None:
                lacking += 1
                continue
            shard = replace(request.plan.shard_of(index), start=index, stop=index + 1)
            task = ShardTask(
                "sample", shard, request.design, request.constants, request.require_target(), where=request.where
            )
            (computed,) = evaluate(task, target, Meter(), self.forks)
            compared += 1
            if computed.encode() != stored:
                mismatches.append(Mismatch(index, stored.decode(errors="backslashreplace"), computed))
        return Sample(compared, lacking, len(mismatches), mismatches[:_MOST_MISMATCHES])

    def _stored(
        self, request: SweepRequest, paths: Sequence[str], indices: Sequence[int]
    ) -> Iterator[tuple[int, bytes | None]]:
        """Yield each index with the line that is stored for it, or None; of one shard at a time."""
        by_shard = {shard_of(path.rpartition("/")[2]): path for path in paths}
        for number, chosen in groupby(indices, lambda index: request.plan.shard_of(index).number):
            wanted = list(chosen)
            body = self.objects.read(by_shard[number]) if number in by_shard else None
            found = _lines_of(body or b"", wanted)
            for index in wanted:
                yield index, found.get(index)


def _lines_of(body: bytes, indices: Sequence[int]) -> Mapping[int, bytes]:
    """Return the first line of each of these points, as far as the object can be read."""
    heads = {b'{"index":%d' % index: index for index in indices}
    found: dict[int, bytes] = {}
    try:
        for line in object_lines(body):
            index = heads.get(line[: line.find(b",")])
            if index is not None:
                found.setdefault(index, line)
    except UNREADABLE:
        pass
    return found
