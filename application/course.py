"""One dispatch of blocks of a sweep: what submitting, retrying and a dispatcher have in common."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from application.block_claims import BlockClaims
from application.foreground import Foreground
from application.ports.background import Background, Pending
from application.ports.ledger import Ledger
from application.ports.shard_invoker import ShardInvoker
from application.survey import Survey
from domain.block import Block
from domain.dispatch import Outcome, OutcomeKind, Tally
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.places import block_of
from domain.plan import Shard
from domain.reasons import Reason
from domain.standing import Redo
from domain.sweep import Sweep


@dataclass(slots=True)
class _Open:
    """A claimed block, the number of its shards that have no outcome yet, and the outcomes of the others."""

    block: Block
    left: int
    outcomes: list[Outcome] = field(default_factory=list)


class Course:
    """One dispatch: it claims block after block, and records each as soon as all of its outcomes are known.

    `blocks` has what is known of them by now, `left` the blocks that it left to other dispatchers, `cancelled` whether
    a claim found the sweep cancelled, and `deferred` why shards were deferred, if any was.
    """

    def __init__(
        self,
        ledger: Ledger,
        sweep: Sweep,
        owner: str,
        survey: Survey,
        background: Callable[[], Background],
        blocks: Mapping[int, Block],
    ) -> None:
        """Dispatch nothing yet; `blocks` has what the ledger knew of them."""
        self._background = background
        self._ledger = ledger
        self._sweep = sweep
        self._owner = owner
        self._survey = survey
        self._open: dict[int, _Open] = {}
        self._tried: list[Outcome] = []
        self._failure: DependencyUnavailable | None = None
        self.blocks = dict(blocks)
        self.cancelled = False
        self.deferred: Reason | None = None
        self.left: set[int] = set()

    def attempted(self) -> Tally:
        """Count what became of the shards of this dispatch."""
        return Tally.of(len(self._tried), ((one.kind, one.reason, 1) for one in self._tried))

    def run(self, numbers: Iterable[int], invoker: ShardInvoker, deadline: Deadline, redo: Redo) -> None:
        """Dispatch the shards of these blocks that no worker is known to have, or that `redo` adds.

        Whatever interrupts it, what was dispatched is recorded, and is not dispatched again. Raises
        `DependencyUnavailable`.
        """
        order, plan = self._sweep.request.order, self._sweep.plan
        wanted = order.blocks(plan, (number for number in numbers if self._has_work(number, redo)))
        with self._background() if len(wanted) > 1 else Foreground() as background:
            claims = BlockClaims(self._ledger, self._sweep.id, self._owner, deadline, background)
            shards = self._shards(claims, wanted, redo)
            records: list[Pending[None]] = []
            try:
                with closing(claims), closing(shards):
                    for outcome in invoker.dispatch(self._sweep, shards, deadline):
                        records.extend(self._receive(outcome, background))
            finally:
                records.extend(self._record(number, background) for number in list(self._open))
        for record in records:
            record.result()
        if self._failure:
            raise self._failure

    def _has_work(self, number: int, redo: Redo) -> bool:
        block = self.blocks.get(number) or Block(number)
        return bool(block.standing(self._sweep.plan, self._survey.since()).to_dispatch(redo))

    def _shards(self, claims: BlockClaims, wanted: Sequence[int], redo: Redo) -> Generator[Shard]:
        """Yield the shards to send of the claimed blocks, round by round."""
        try:
            for shards in self._rounds(claims, wanted, redo):
                # A claim of this very round may have found it.
                if claims.cancelled:
                    return
                yield from self._sweep.request.order.shards(self._sweep.plan, shards)
                if self._is_stopped:
                    return
        finally:
            self.cancelled = claims.cancelled

    def _rounds(self, claims: BlockClaims, wanted: Sequence[int], redo: Redo) -> Iterator[list[Shard]]:
        """Yield the shards of the blocks that are sent together. When the ledger fails, those so far are the last."""
        shards: list[Shard] = []
        blocks = 0
        try:
            for number, claimed in claims.each(wanted):
                if claimed is None:
                    self._leave(number)
                    continue
                shards += self._begin(claims, claimed, redo)
                blocks += 1
                if blocks == self._sweep.request.order.round_blocks:
                    yield shards
                    shards, blocks = [], 0
        except DependencyUnavailable as error:
            # Let what is under way come to its outcome first.
            self._failure = error
        if shards:
            yield shards

    @property
    def _is_stopped(self) -> bool:
        # Time ran out, something stopped the dispatch or the ledger failed: it is of no use to begin further blocks.
        return bool(self.deferred or self._failure)

    def _leave(self, number: int) -> None:
        """Leave a block to another dispatcher, which has claimed it since it was read."""
        self.left.add(number)
        self.blocks[number] = replace(self.blocks.get(number) or Block(number), claimed=True)

    def _begin(self, claims: BlockClaims, claimed: Block, redo: Redo) -> Sequence[Shard]:
        # Another dispatcher may have been there since the block was read.
        shards = list(claimed.runs(self._sweep.plan, redo, self._survey.since()))
        self.blocks[claimed.number] = replace(claimed, claimed=False)
        if shards:
            self._open[claimed.number] = _Open(claimed, len(shards))
        else:
            claims.release(claimed.number)
        return shards

    def _receive(self, outcome: Outcome, background: Background) -> Iterator[Pending[None]]:
        if outcome.kind is OutcomeKind.DEFERRED:
            self.deferred = outcome.reason
        self._tried.append(outcome)
        number = block_of(outcome.shard)
        opened = self._open[number]
        opened.outcomes.append(outcome)
        opened.left -= 1
        if not opened.left:
            yield self._record(number, background)

    def _record(self, number: int, background: Background) -> Pending[None]:
        opened = self._open.pop(number)
        block = replace(opened.block.after(opened.outcomes, self._survey.clock.now()), claimed=False)
        self.blocks[number] = block
        return background.begin(lambda: self._write(block))

    def _write(self, block: Block) -> None:
        try:
            self._ledger.record(self._sweep.id, block, self._owner)
        except DependencyUnavailable as error:
            # The other blocks' outcomes are to be recorded all the same.
            self._failure = error
