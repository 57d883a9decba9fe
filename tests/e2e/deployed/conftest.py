"""One deployed stack for all tests of a test process, and its logs in the report of every failure."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import bring_up, new_name, take_down

LINES = 150


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """Yield a stack that may evaluate the trial targets."""
    name = new_name()
    try:
        cloud = bring_up(name)
        yield cloud
        cloud.close()
    finally:
        take_down(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the logs of the functions and of the emulator to the report of a failed test: they end with the stack."""
    report = yield
    cloud = getattr(item, "funcargs", {}).get("cloud")
    if report.when == "call" and report.failed and isinstance(cloud, Cloud):
        logs = {name: cloud.log(name) for name in ("parent", "dispatcher", "worker", "undelivered")}
        logs["emulator"] = (cloud.folder / "emulator.log").read_text(errors="replace").splitlines()
        report.sections.extend((f"log: {name}", "\n".join(lines[-LINES:])) for name, lines in logs.items())
    return report
