"""The order of the tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest test first: at the end it would keep one process busy while the other one waits."""
    items.sort(key=lambda item: item.path.name != "test_your_own_simulation.py")
