"""The ledger in one DynamoDB table: the port `Ledger` on AWS.

No item is read, changed and written back: the table itself checks a write's condition. Reads are strongly consistent,
but for the listing: it is an index, which lags behind by moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from adapters.aws.dynamodb_items import (
    LISTING,
    Item,
    end_item,
    key_item,
    key_key,
    number,
    page_item,
    piece_key,
    read_end,
    read_page,
    read_sweep,
    shard_key,
    sweep_items,
    sweep_key,
    text,
)
from adapters.aws.dynamodb_table import DynamoDbTable
from application.ports.clock import Clock
from application.ports.ledger import KEY_IS_USED, OUTCOMES_A_PAGE, SweepPage
from domain.dispatch import Outcome
from domain.errors import SweepConflict, SweepNotFound
from domain.progress import History
from domain.sweep import ShardDone, ShardEnd, ShardFailed, Sweep

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_INDEX = "by_creation"
# As many writes at once as the client has connections.
_AT_ONCE = 10
# In seconds.
_HOUR = 3_600
_DAY = 24 * _HOUR
_NEW = "attribute_not_exists(pk)"
_EXISTS = "attribute_exists(pk)"
_FREE = f"{_EXISTS} AND (attribute_not_exists(claim_until) OR claim_until <= :now OR claim_owner = :owner)"


def dynamodb_client(endpoint_url: str | None = None) -> DynamoDBClient:
    """Return a client whose calls succeed or fail well within a Lambda's time."""
    import boto3  # noqa: PLC0415 - loaded only by a process that keeps a ledger there
    from botocore.config import Config  # noqa: PLC0415 - likewise

    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 5, "mode": "standard"})
    return boto3.client("dynamodb", config=config, endpoint_url=endpoint_url)


class DynamoDbLedger:
    """All sweeps of one deployment; each item expires `retention_days` after it was written."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock, retention_days: int) -> None:
        """Use a table that has the keys `pk` and `sk` and the index `by_creation`."""
        self._table = DynamoDbTable(client, table, clock)
        self._clock = clock
        self._retention = retention_days * _DAY
        self._pages = count()

    def open(self, sweep: Sweep) -> Sweep:
        """Record the sweep unless its key is known, and return the recorded one; raises `SweepConflict`.

        The item of the key is written first. If it exists but its sweep does not, the first caller died or is still
        writing it: this one writes the sweep under the same id, as the request is the same. The key expires an hour
        before its sweep. Its condition looks at the time, because DynamoDB may delete an expired item days later.
        """
        now = {":now": number(int(self._clock.now()))}
        self._table.put(key_item(sweep), self._retention - _HOUR, f"{_NEW} OR expires_at <= :now", now)
        known = self._table.get(key_key(sweep.key)) or key_item(sweep)
        if known["digest"]["S"] != sweep.digest:
            raise SweepConflict(KEY_IS_USED)
        sweep_id = known["sweep_id"]["S"]
        if self._table.get(sweep_key(sweep_id)) is None:
            self._write_sweep(Sweep(sweep_id, sweep.key, sweep.digest, sweep.request, sweep.created_at))
        return self.sweep(sweep_id)

    def sweep(self, sweep_id: str) -> Sweep:
        """Return a recorded sweep; raises `SweepNotFound`."""
        return self._read_sweep(self._item(sweep_id))

    def sweeps(self, limit: int, after: str | None = None) -> SweepPage:
        """Return a page of sweeps, newest first; its `next` is the index key of the last sweep on it."""
        items, more = self._table.newest(_INDEX, LISTING, limit, after)
        sweeps = tuple(self._whole_sweeps(items))
        return SweepPage(sweeps, items[-1]["gsi_sk"]["S"] if more else None)

    def history(self, sweep_id: str) -> History:
        """Return what the ledger knows of a sweep's course; raises `SweepNotFound`."""
        item = self._item(sweep_id)
        ends = [read_end(one) for one in self._table.query(sweep_id, "SHARD#")]
        pages = [read_page(one) for one in self._table.query(sweep_id, "OUTCOMES#")]
        claimed_until = float(item["claim_until"]["N"]) if "claim_until" in item else 0.0
        return History(
            outcomes={outcome.shard: outcome for page in pages for outcome in page},
            ends={end.number: end for end in ends},
            dispatching=claimed_until > self._clock.now(),
            cancelled="cancelled_at" in item,
        )

    def claim_dispatch(self, sweep_id: str, owner: str, seconds: float) -> bool:
        """Claim the dispatch of a sweep for so many seconds, and return False if another owner has it.

        Raises `SweepNotFound`.
        """
        now = self._clock.now()
        values = {":owner": text(owner), ":until": number(now + seconds), ":now": number(now)}
        if self._table.update(sweep_key(sweep_id), "SET claim_owner = :owner, claim_until = :until", _FREE, values):
            return True
        self._item(sweep_id)
        return False

    def release_dispatch(self, sweep_id: str, owner: str) -> None:
        """End the owner's claim, if it still has it."""
        values = {":owner": text(owner)}
        self._table.update(sweep_key(sweep_id), "REMOVE claim_owner, claim_until", "claim_owner = :owner", values)

    def record_outcomes(self, sweep_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record the outcomes of these shards in place of earlier ones, a thousand a write."""
        for start in range(0, len(outcomes), OUTCOMES_A_PAGE):
            page = outcomes[start : start + OUTCOMES_A_PAGE]
            # Another dispatcher may have written in the same microsecond: keep its page, and write at a later one.
            while not self._put(page_item(sweep_id, self._moment(), page), _NEW):
                continue

    def mark_done(self, sweep_id: str, end: ShardDone) -> None:
        """Record that a shard's results are stored, unless it is done already."""
        self._mark(sweep_id, end)

    def mark_failed(self, sweep_id: str, end: ShardFailed) -> None:
        """Record that a shard has ended without results, unless it is done."""
        self._mark(sweep_id, end)

    def forget_failures(self, sweep_id: str, shards: Sequence[int]) -> None:
        """Remove the ends of those of the shards that have failed: a write for each, ten at once."""

        def forget(shard: int) -> bool:
            return self._table.delete(shard_key(sweep_id, shard), "done = :no", {":no": {"BOOL": False}})

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(forget, shards))

    def end_of(self, sweep_id: str, shard: int) -> ShardEnd | None:
        """Return how a shard has ended, or None if it has not."""
        item = self._table.get(shard_key(sweep_id, shard))
        return read_end(item) if item else None

    def cancel(self, sweep_id: str) -> None:
        """Ask workers to start no further shard; raises `SweepNotFound`."""
        if not self._table.update(
            sweep_key(sweep_id), "SET cancelled_at = :now", _EXISTS, {":now": number(self._clock.now())}
        ):
            raise SweepNotFound(sweep_id)

    def is_cancelled(self, sweep_id: str) -> bool:
        """Return whether `cancel` was called; raises `SweepNotFound`."""
        return "cancelled_at" in self._item(sweep_id)

    def _moment(self) -> str:
        return f"{self._clock.now():020.6f}#{next(self._pages):06d}"

    def _mark(self, sweep_id: str, end: ShardEnd) -> None:
        self._put(end_item(sweep_id, end), f"{_NEW} OR done = :no", {":no": {"BOOL": False}})

    def _write_sweep(self, sweep: Sweep) -> None:
        own, pieces = sweep_items(sweep)
        for piece in pieces:
            self._put(piece)
        self._put(own, _NEW)

    def _whole_sweeps(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Sweep]:
        """Yield the sweeps that are there as a whole: parts of others have expired."""
        for item in items:
            with suppress(SweepNotFound):
                yield self._read_sweep(item)

    def _read_sweep(self, item: Mapping[str, Any]) -> Sweep:
        """Return the sweep of an item; raises `SweepNotFound` if a piece of its request has expired before it."""
        sweep_id = item["id"]["S"]
        found = [self._table.get(piece_key(sweep_id, place)) for place in range(int(item["pieces"]["N"]))]
        pieces = [piece["piece"]["B"] for piece in found if piece]
        if len(pieces) < len(found):
            raise SweepNotFound(sweep_id)
        return read_sweep(item, pieces)

    def _item(self, sweep_id: str) -> Item:
        item = self._table.get(sweep_key(sweep_id))
        if item is None:
            raise SweepNotFound(sweep_id)
        return item

    def _put(self, item: Item, condition: str | None = None, values: Mapping[str, Any] | None = None) -> bool:
        return self._table.put(item, self._retention, condition, values)
