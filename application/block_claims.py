"""Claiming blocks a few ahead of their use, so that what sends their shards does not wait for the ledger.

The shards of a block are sent in less time than a distant ledger takes for a claim: two calls, one after another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial

from application.ports.background import Background, Pending
from application.ports.ledger import Ledger
from domain.block import Block
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable
from domain.places import BLOCK_SHARDS

# No dispatch holds its claim for longer, in seconds: as long as a Lambda can run.
LONGEST_CLAIM = 900.0


class BlockClaims:
    """The claims of one owner on blocks of one sweep; `cancelled` says whether one of them found it cancelled.

    While a block is in use, as many of the next ones are claimed as the background has calls under way.
    """

    def __init__(self, ledger: Ledger, sweep_id: str, owner: str, deadline: Deadline, background: Background) -> None:
        """Claim nothing yet. A claim lasts as long as its caller can, and no longer."""
        self._ledger = ledger
        self._sweep_id = sweep_id
        self._owner = owner
        self._deadline = deadline
        self._background = background
        self._ahead: deque[tuple[int, Pending[Block | None]]] = deque()
        self.cancelled = False

    def each(self, numbers: Iterable[int]) -> Iterator[tuple[int, Block | None]]:
        """Yield the number of each block with the claimed block, or with None if another owner has it.

        It ends before the first block that is not sent when a claim of any finds the sweep cancelled. Raises
        `DependencyUnavailable`. Whatever ends it, `close` must follow.
        """
        for number in numbers:
            self._ahead.append((number, self._background.begin(partial(self._claim, number))))
            if len(self._ahead) > self._background.at_once:
                yield from self._first()
            if self.cancelled:
                return
        while self._ahead and not self.cancelled:
            yield from self._first()

    def release(self, number: int) -> None:
        """End the claim on a block."""
        self._ledger.release(self._sweep_id, number, self._owner)

    def close(self) -> None:
        """Release what was claimed ahead and not yielded."""
        while self._ahead:
            number, claim = self._ahead.popleft()
            # One that cannot be released runs out.
            with suppress(DependencyUnavailable):
                if claim.result():
                    self.release(number)

    def _first(self) -> Iterator[tuple[int, Block | None]]:
        number, claim = self._ahead[0]
        block = claim.result()
        if not self.cancelled:
            self._ahead.popleft()
            yield number, block

    def _claim(self, number: int) -> Block | None:
        seconds = min(self._deadline(), LONGEST_CLAIM)
        block = self._ledger.claim(self._sweep_id, number, self._owner, seconds)
        if block and self._ledger.look(self._sweep_id, number * BLOCK_SHARDS).cancelled:
            self.cancelled = True
        return block
