"""Dispatching the shards of a sweep that no worker has: what submitting and retrying have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from application.ports.ledger import Ledger
from application.ports.shard_invoker import ShardInvoker
from application.survey import Survey
from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS, block_of
from domain.plan import Shard
from domain.progress import History, Progress
from domain.standing import Redo
from domain.sweep import Sweep

# No dispatch holds its claim for longer, in seconds: as long as a Lambda can run.
_LONGEST_CLAIM = 900.0


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Where the sweep stands after a dispatch, and what became of the shards that this dispatch tried to send."""

    progress: Progress
    attempted: Tally


@dataclass(frozen=True, slots=True)
class DispatchShards:
    """One dispatcher at a time of each block of a sweep; several dispatchers may work on one sweep side by side."""

    ledger: Ledger
    invoker: ShardInvoker
    survey: Survey

    def __call__(self, sweep: Sweep, owner: str, deadline: Deadline, redo: Redo = Redo.NOTHING) -> Dispatched:
        """Dispatch every shard that no worker is known to have and that has not ended, or that `redo` adds.

        It leaves out the blocks of other dispatchers, and those for which no time is left: their shards have no
        outcome. Of a cancelled sweep there is nothing to dispatch. Raises `SweepNotFound`, `DependencyUnavailable`.
        """
        ledger = self.ledger.within(deadline)
        course = _Course(ledger, ledger.history(sweep.id), sweep, owner, self.survey)
        if not course.history.cancelled:
            course.run(self.invoker, deadline, redo)
        return Dispatched(self.survey.progress(course.history), course.attempted())


@dataclass(slots=True)
class _Open:
    """A claimed block, the number of its shards that have no outcome yet, and the outcomes of the others."""

    block: Block
    left: int
    outcomes: list[Outcome] = field(default_factory=list)


class _Course:
    """One dispatch: it claims block after block, and records each as soon as all of its outcomes are known."""

    def __init__(self, ledger: Ledger, history: History, sweep: Sweep, owner: str, survey: Survey) -> None:
        self._ledger = ledger
        self._sweep = sweep
        self._owner = owner
        self._survey = survey
        self._open: dict[int, _Open] = {}
        self._tried: list[Outcome] = []
        self._is_stopped = False
        self._failure: DependencyUnavailable | None = None
        self._blocks = dict(history.blocks)
        self.history = replace(history, blocks=self._blocks)

    def attempted(self) -> Tally:
        """Count what became of the shards of this dispatch."""
        return Tally.of(len(self._tried), ((one.kind, one.reason, 1) for one in self._tried))

    def run(self, invoker: ShardInvoker, deadline: Deadline, redo: Redo) -> None:
        """Dispatch; whatever interrupts it, what was dispatched is recorded, and is not dispatched again."""
        try:
            for outcome in invoker.dispatch(self._sweep, self._claimed_shards(deadline, redo), deadline):
                self._receive(outcome)
        finally:
            for number in list(self._open):
                self._record(number)
        if self._failure:
            raise self._failure

    def _claimed_shards(self, deadline: Deadline, redo: Redo) -> Iterator[Shard]:
        """Claim the blocks that have something to dispatch, one by one, and yield those shards."""
        for block in self.history:
            if self._is_stopped:
                return
            if next(block.runs(self._sweep.plan, redo, self._survey.since()), None) is None:
                continue
            try:
                yield from self._claim(block, deadline, redo)
            except DependencyUnavailable as error:
                # Let what is under way come to its outcome first.
                self._failure = error
                return

    def _claim(self, block: Block, deadline: Deadline, redo: Redo) -> Iterator[Shard]:
        # A dispatch holds its claim as long as its caller can last, and no longer.
        seconds = min(deadline(), _LONGEST_CLAIM)
        claimed = self._ledger.claim(self._sweep.id, block.number, self._owner, seconds)
        if claimed is None:
            self._blocks[block.number] = replace(block, claimed=True)
            return
        if self._ledger.look(self._sweep.id, block.number * BLOCK_SHARDS).cancelled:
            self.history = replace(self.history, cancelled=True)
            self._ledger.release(self._sweep.id, block.number, self._owner)
            self._is_stopped = True
            return
        # Another dispatcher may have been there since the history was read.
        shards = list(claimed.runs(self._sweep.plan, redo, self._survey.since()))
        self._blocks[block.number] = replace(claimed, claimed=False)
        if not shards:
            self._ledger.release(self._sweep.id, block.number, self._owner)
            return
        self._open[block.number] = _Open(claimed, len(shards))
        yield from shards

    def _receive(self, outcome: Outcome) -> None:
        # Time ran out, or something stopped the dispatch: it is of no use to claim further blocks.
        self._is_stopped |= outcome.kind is OutcomeKind.DEFERRED
        self._tried.append(outcome)
        number = block_of(outcome.shard)
        opened = self._open[number]
        opened.outcomes.append(outcome)
        opened.left -= 1
        if not opened.left:
            self._record(number)

    def _record(self, number: int) -> None:
        opened = self._open.pop(number)
        block = replace(opened.block.after(opened.outcomes, self._survey.clock.now()), claimed=False)
        self._blocks[number] = block
        try:
            self._ledger.record(self._sweep.id, block, self._owner)
        except DependencyUnavailable as error:
            # The other blocks' outcomes are to be recorded all the same.
            self._failure, self._is_stopped = error, True
