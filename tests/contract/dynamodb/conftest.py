"""A server for all tests of a module, and a watched ledger on it for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.dynamodb.watched_ledger import Watched
from tests.fakes.aws import moto_server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Yield the address of one server for all tests."""
    with moto_server() as address:
        yield address


@pytest.fixture
def watched(endpoint: str) -> Watched:
    """Return a watched ledger on a new table."""
    return Watched(endpoint)
