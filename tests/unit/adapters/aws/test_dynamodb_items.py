"""What the table holds of a sweep may be damaged, or written by another version."""

from __future__ import annotations

import gzip

import pytest

from adapters.aws.dynamodb_items import read_sweep, sweep_items
from domain.errors import DependencyUnavailable
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_NEWER = gzip.compress(b'{"name": "toy", "parameters": {"x": [1]}, "design": {"kind": "spiral"}}')


def test_a_sweep_is_read_as_it_was_written() -> None:
    """The items of a sweep hold all of it."""
    own, pieces = sweep_items(_SWEEP)
    assert read_sweep(own, [piece["piece"]["B"] for piece in pieces]) == _SWEEP


@pytest.mark.parametrize(
    "stored",
    [_NEWER, gzip.compress(b"{"), gzip.compress(b"\xff"), _NEWER[:-9], b"x", b""],
    ids=["another version's", "not JSON", "not UTF-8", "cut", "not gzip", "empty"],
)
def test_a_request_that_cannot_be_read_is_the_ledgers_fault(stored: bytes) -> None:
    """The caller asked for a sweep and sent no request: the answer must not be that a request is invalid."""
    own, _ = sweep_items(_SWEEP)
    with pytest.raises(DependencyUnavailable, match=_SWEEP.id):
        read_sweep(own, [stored])
