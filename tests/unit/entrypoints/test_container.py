"""Every provider of every container can be resolved: nothing is missing, misspelt or of the wrong shape."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from dependency_injector import containers

from entrypoints.container import LocalContainer, ParentContainer, UndeliveredContainer, WorkerContainer

_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "SWEEP_TABLE": "ledger",
    "SWEEP_LOG_LEVEL": "INFO",
    "SWEEP_RETENTION_DAYS": "30",
    "SWEEP_BUCKET": "results",
    "SWEEP_WORKER_FUNCTION": "worker",
    "SWEEP_ALLOWED_TARGETS": "toy:f, toy:g",
    "SWEEP_DEFAULT_TARGET": "toy:f",
    "SWEEP_MAX_SHARDS": "1000",
    "SWEEP_DISPATCH_CONCURRENCY": "8",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the template sets."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def _resolve(container: containers.Container, **lasting: Mapping[str, object]) -> None:
    for name, provider in container.providers.items():
        assert provider(**lasting.get(name, {})) is not None, name


@pytest.mark.parametrize("container", [WorkerContainer, UndeliveredContainer])
def test_container_resolves(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider gives its object from the template's environment alone."""
    _resolve(container())


def test_parent_container_resolves() -> None:
    """What lasts one request takes the time that remains, as the handler gives it."""
    left: Mapping[str, object] = {"remaining": lambda: 10.0}
    _resolve(
        ParentContainer(),
        invoker=left,
        hand_over={"invoker__remaining": left["remaining"]},
        http_api={"hand_over__invoker__remaining": left["remaining"]},
    )


def test_local_container_resolves(tmp_path: Path) -> None:
    """The engine of one machine needs no environment."""
    container = LocalContainer(folder=tmp_path, target="toy:f", names=("x",), import_paths=(), workers=1)
    _resolve(container)
    container.ledger().close()


def test_deployed_targets_are_the_ones_of_the_environment() -> None:
    """Names are separated by commas; spaces do not count."""
    assert WorkerContainer.settings().allowed_targets == {"toy:f", "toy:g"}
