"""One deployed stack for all tests of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.deployed.cloud import TARGETS, TRIAL, Cloud, bring_up, new_name, take_down


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """Give a stack that may evaluate the trial targets."""
    name = new_name()
    allowed = ",".join((*(f"{TRIAL}:{target}" for target in TARGETS), "examples.projectile:simulate"))
    targets = {"AllowedTargets": allowed, "DefaultTarget": f"{TRIAL}:area"}
    # The tests send in a second what the stage allows in minutes.
    throttle = {"ThrottleRate": "10000", "ThrottleBurst": "5000"}
    try:
        cloud = bring_up(name, **targets, **throttle)
        yield cloud
        cloud.close()
    finally:
        take_down(name)
