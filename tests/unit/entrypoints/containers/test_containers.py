"""Every provider of every container resolves: no setting is missing, misspelt or of the wrong type."""

from __future__ import annotations

from pathlib import Path

import pytest
from dependency_injector import containers

from entrypoints.containers.local import LocalContainer
from entrypoints.containers.local_worker import LocalWorkerContainer
from entrypoints.containers.parent import ParentContainer
from entrypoints.containers.undelivered import UndeliveredContainer
from entrypoints.containers.worker import WorkerContainer

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
    """Set the environment variables that the template sets."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def _resolve(container: containers.Container) -> None:
    for name, provider in container.providers.items():
        assert provider() is not None, name


@pytest.mark.parametrize("container", [ParentContainer, WorkerContainer, UndeliveredContainer])
def test_container_resolves(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider needs only the environment that the template sets."""
    _resolve(container())


def test_local_containers_resolve(tmp_path: Path) -> None:
    """The local containers need no environment, and make no file before they are used."""
    _resolve(LocalContainer(folder=tmp_path, workers=1, import_paths=("x",)))
    _resolve(LocalWorkerContainer(folder=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("container", [ParentContainer, WorkerContainer, UndeliveredContainer])
def test_a_container_holds_singletons(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider returns the same object at every call, so objects are shared by all events."""
    resolved = container()
    for name, provider in resolved.providers.items():
        assert provider() is provider(), name


def test_deployed_targets_are_the_ones_of_the_environment() -> None:
    """The setting separates targets by commas, and spaces are ignored."""
    assert WorkerContainer.settings().allowed_targets == {"toy:f", "toy:g"}
