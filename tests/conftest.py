"""The settings of all tests: few hypothesis examples, and an order."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

# No deadline for an example: a loaded machine would miss it.
settings.register_profile("quick", deadline=None, max_examples=60)
# For the further Pythons: one of them searches for counterexamples, the others show that they agree.
settings.register_profile("few", deadline=None, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# A shell starts its background jobs with Ctrl-C ignored, which their processes would inherit, those that are
# interrupted here among them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest test first: at the end it would keep one process busy while the other one waits."""
    items.sort(key=lambda item: item.path.name != "test_your_own_simulation.py")
