"""The result lines that a shard takes from an earlier sweep, for the points that have a value there.

The designs say where a point may stand in the earlier sweep; the line that is stored there says whether it does. What
cannot be read is as if it were not there: a point without such a line is evaluated, which is never wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TypeAlias

from application.bind_rows import bind_sweep
from application.documents.result_lines import is_intact, member, object_lines, value_line_of
from application.ports.ledger import Ledger
from application.ports.point_tables import PointTables
from application.ports.result_store import ResultStore
from domain.designs.earlier_place import EarlierPlace
from domain.errors import DependencyUnavailable, InvalidSweep, SweepNotFound
from domain.extension import check_same_calls
from domain.plan import Shard
from domain.space.scalars import Scalar
from domain.sweep import Sweep
from domain.task import ShardTask

# So many points are looked for at a time, in the order in which the earlier sweep has them.
_WINDOW = 512
# A store that has not answered so many times, each after attempts of its own, is not asked any more by a shard.
_MOST_SILENCES = 3
# A process rarely executes shards of more sweeps at a time.
_MOST_KNOWN = 2


class EarlierSweep:
    """An earlier sweep, and what finds points in it."""

    def __init__(self, sweep: Sweep) -> None:
        """Prepare to find points."""
        self.sweep = sweep
        self.place = EarlierPlace(sweep.request.design)


# By its id each earlier sweep that a process has read: a sweep's request never changes.
KnownSweeps: TypeAlias = dict[str, EarlierSweep]
# The index, values, and text of a point, and the line that it has already.
_Row: TypeAlias = tuple[int, tuple[tuple[str, Scalar], ...], str, str | None]


class EarlierLines:
    """What one shard takes from an earlier sweep: in memory are the lines of a window, and one object as it is stored.

    The object stays open from window to window, and is read forward for as long as its points are met in order.
    """

    def __init__(self, earlier: EarlierSweep, task: ShardTask, results: ResultStore) -> None:
        """Prepare for the points of a task, all of them or some."""
        self._guess = earlier.place.guess(task.design)
        self._reader = _Reader(earlier.sweep, results)

    def of(self, task: ShardTask, kept: Iterable[str | None]) -> Iterator[str | None]:
        """Yield for each point of a stretch of the task the line with its value, or None where there is none.

        `kept` has the lines that the shard has of its own: such a point is not looked for.
        """
        points = task.walk(lambda name, value: (name, value))
        texts = map(",".join, task.walk(member))
        rows = zip(range(task.shard.start, task.shard.stop), points, texts, kept, strict=False)
        while window := list(islice(rows, _WINDOW)):
            yield from self._lines(window)

    def _lines(self, window: list[_Row]) -> list[str | None]:
        found: list[str | None] = [None] * len(window)
        for guessed, place in sorted(self._guesses(window)):
            if found[place] is None:
                index, _, text, _ = window[place]
                line = self._reader.line(guessed)
                found[place] = None if line is None else value_line_of(line, guessed, text, index)
        return found

    def _guesses(self, window: list[_Row]) -> Iterator[tuple[int, int]]:
        """Yield the indices in the earlier sweep, each with the place in the window of a point that may be there."""
        for place, (index, point, _, line) in enumerate(window):
            if line is None:
                for guessed in self._guess(index, dict(point)):
                    yield guessed, place


class _Reader:
    """Reads lines of a sweep's result objects; those of one object are cheapest in order."""

    def __init__(self, sweep: Sweep, results: ResultStore) -> None:
        self._sweep, self._results = sweep, results
        self._shard: Shard | None = None
        self._body = b""
        self._lines: Iterator[bytes] = iter(())
        self._next = 0
        self._last: bytes | None = None
        self._silences = 0

    def line(self, index: int) -> bytes | None:
        """Return the line of the point with an index, or None if it cannot be read."""
        shard = self._shard
        if shard is None or not shard.start <= index < shard.stop:
            self._open(self._sweep.plan.shard_of(index))
        elif index == self._next - 1:
            return self._last
        elif index < self._next:
            self._open(shard, self._body)
        self._last = next(islice(self._lines, index - self._next, None), None)
        self._next = index + 1
        return self._last

    def _open(self, shard: Shard, body: bytes | None = None) -> None:
        if body is None:
            body = self._fetched(shard.number)
        self._shard, self._body, self._next = shard, body, shard.start
        self._lines = iter(object_lines(body))

    def _fetched(self, number: int) -> bytes:
        """Return an object whose checksum is right, else an empty one."""
        if self._silences >= _MOST_SILENCES:
            return b""
        try:
            stored = self._results.get(self._sweep.id, number)
        except DependencyUnavailable:
            self._silences += 1
            return b""
        return stored.body if stored and is_intact(stored.body) else b""


def earlier_lines(
    task: ShardTask, ledger: Ledger, results: ResultStore, known: KnownSweeps, tables: PointTables | None = None
) -> EarlierLines | None:
    """Return what a task takes from the sweep that it extends; None if there is nothing that it may take.

    A sweep that is gone, that the ledger does not return, or that evaluates something else has nothing. `tables` has
    the earlier points if they came from a file.
    """
    if task.extends is None or task.extends == task.sweep_id:
        return None
    with suppress(SweepNotFound, DependencyUnavailable, InvalidSweep):
        earlier = known.get(task.extends) or EarlierSweep(bind_sweep(ledger.sweep(task.extends), tables))
        # The submission was refused if it is another sweep; a payload may come from elsewhere.
        check_same_calls(earlier.sweep.request, task.target, task.design, task.constants)
        _remember(known, earlier)
        return EarlierLines(earlier, task, results)
    return None


def _remember(known: KnownSweeps, earlier: EarlierSweep) -> None:
    if earlier.sweep.id not in known and len(known) >= _MOST_KNOWN:
        known.pop(next(iter(known)))
    known[earlier.sweep.id] = earlier
