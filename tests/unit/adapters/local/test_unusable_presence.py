"""A ledger whose signs of presence cannot be made or read."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from adapters.local.sqlite_ledger import SqliteLedger
from domain.errors import DependencyUnavailable
from tests.fakes.clock import HandClock
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """Yield a ledger with one sweep."""
    ledger = SqliteLedger(tmp_path, HandClock())
    ledger.open(_SWEEP)
    yield ledger
    ledger.close()


def test_a_sign_that_cannot_be_made_is_the_ledgers_fault(ledger: SqliteLedger, tmp_path: Path) -> None:
    """A ledger that cannot claim a block raises the error that its port names, and claims none."""
    (tmp_path / "presence").write_text("in the way")
    with pytest.raises(DependencyUnavailable, match="does not work"):
        ledger.claim(_SWEEP.id, 0, "owner", 60)
    assert ledger.history(_SWEEP.id).blocks == {}


def test_a_sign_that_cannot_be_read_is_the_ledgers_fault(ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim of another user's process may lie behind a file that this process may not open."""

    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    assert ledger.claim(_SWEEP.id, 0, "owner", 60)
    monkeypatch.setattr("adapters.local.presence.is_present", refuse)
    with pytest.raises(DependencyUnavailable, match="does not work"):
        ledger.history(_SWEEP.id)
