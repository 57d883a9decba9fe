"""Every later version reads what version 0.1 wrote into a ledger: it wrote the files in `golden/ledgers-0.1`."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.aws.dynamodb_items import read_end, read_page, read_sweep
from adapters.local.sqlite_ledger import SqliteLedger
from domain.dispatch import Outcome, OutcomeKind
from domain.progress import Progress, State
from domain.reasons import Reason
from domain.sweep import PointError, ShardDone, ShardFailed
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

GOLDEN = Path(__file__).parent / "golden" / "ledgers-0.1"
SWEEP = make_sweep()
KILLED = "the worker process was killed by SIGKILL (out of memory?)"


def test_a_ledger_file_is_read_and_continued(tmp_path: Path) -> None:
    """Its sweep, ends and cancellation are there; long messages are cut, and a reason that is gone now is `OTHER`."""
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database:
        database.executescript((GOLDEN / "ledger.sql").read_text(encoding="utf-8"))
    ledger = SqliteLedger(tmp_path, HandClock())
    assert ledger.sweep(SWEEP.id) == SWEEP
    history = ledger.history(SWEEP.id)
    assert history.cancelled
    assert history.outcomes == {1: Outcome(1, OutcomeKind.DEFERRED, Reason.FAILED_BEFORE, attempts=0)}
    assert history.ends == {
        0: ShardDone(0, 11, 1, PointError(3, "ValueError", "no root")),
        1: ShardFailed(1, Reason.WORKER_DIED, KILLED),
        2: ShardFailed(2, Reason.DEPENDENCY_UNAVAILABLE, "x" * 1000),
        3: ShardDone(3, 12),
        4: ShardFailed(4, Reason.OTHER, "no sweep has the id"),
    }
    assert Progress.of(SWEEP.plan, history).state is State.CANCELLED
    ledger.mark_done(SWEEP.id, ShardDone(1, 12))
    assert ledger.end_of(SWEEP.id, 1) == ShardDone(1, 12)
    ledger.close()


def restored(part: Any) -> Any:  # noqa: ANN401 - any attribute of an item
    """Return an item as DynamoDB returns it: bytes where the file has them as base64."""
    if isinstance(part, dict) and part.keys() == {"base64"}:
        return base64.b64decode(part["base64"])
    return {name: restored(value) for name, value in part.items()} if isinstance(part, dict) else part


@pytest.fixture
def items() -> dict[str, Any]:
    """Return the items of one sweep."""
    found: dict[str, Any] = json.loads((GOLDEN / "ledger-items.json").read_text(encoding="utf-8"))
    return found


def test_a_sweeps_item_is_read(items: dict[str, Any]) -> None:
    """With its request, value for value."""
    pieces = [restored(piece)["piece"]["B"] for piece in items["pieces"]]
    assert read_sweep(restored(items["sweep"]), pieces) == SWEEP


def test_a_page_of_outcomes_is_read(items: dict[str, Any]) -> None:
    """The platform's own codes, which version 0.1 kept, become the reasons that they mean."""
    assert list(read_page(restored(items["page"]))) == [
        Outcome(0, OutcomeKind.ACCEPTED, request_id="00000000-0000-0000-0000-000000000000", attempts=2),
        Outcome(1, OutcomeKind.EXHAUSTED, Reason.THROTTLED, attempts=6),
        Outcome(2, OutcomeKind.UNKNOWN, Reason.NO_ANSWER),
        Outcome(3, OutcomeKind.REJECTED, Reason.ACCESS_DENIED),
        Outcome(4, OutcomeKind.DEFERRED, Reason.OUT_OF_TIME, attempts=0),
        Outcome(5, OutcomeKind.REJECTED, Reason.OTHER),
    ]


def test_the_ends_of_shards_are_read(items: dict[str, Any]) -> None:
    """Done with its first error, given up by the platform, refused by the worker."""
    assert [read_end(restored(end)) for end in items["ends"]] == [
        ShardDone(0, 11, 1, PointError(3, "ValueError", "no root")),
        ShardFailed(1, Reason.RETRIES_EXHAUSTED, "Task timed out after 300.00 seconds", 3),
        ShardFailed(2, Reason.PAYLOAD_REFUSED, "version: is not 1"),
    ]
