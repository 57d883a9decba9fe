"""Recalling a request: what the ledger recorded, its target filled in."""

from __future__ import annotations

import pytest

from domain.dispatch_policy import no_deadline
from domain.errors import SweepNotFound
from tests.fakes.desk import Desk
from tests.fakes.sweeps import sweep_of


def test_the_request_is_the_recorded_one() -> None:
    """It equals what was submitted."""
    desk, request = Desk(), sweep_of(8, 4).request
    sweep = desk.submit(request, "key", no_deadline).sweep
    assert desk.sweeps.request(sweep.id, no_deadline) == request


def test_an_unknown_sweep_has_no_request() -> None:
    """The caller gets `SweepNotFound` with the id."""
    with pytest.raises(SweepNotFound, match="'demo-x'"):
        Desk().sweeps.request("demo-x", no_deadline)
