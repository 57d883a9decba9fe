"""Every provider of every container can be resolved: nothing is missing, misspelt or of the wrong shape."""

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
    """Set what the template sets."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def _resolve(container: containers.Container) -> None:
    for name, provider in container.providers.items():
        assert provider() is not None, name


@pytest.mark.parametrize("container", [ParentContainer, WorkerContainer, UndeliveredContainer])
def test_container_resolves(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider returns its object from the template's environment alone."""
    _resolve(container())


def test_local_containers_resolve(tmp_path: Path) -> None:
    """One machine needs no environment, and what is not used makes no file."""
    _resolve(LocalContainer(folder=tmp_path, workers=1, import_paths=("x",)))
    _resolve(LocalWorkerContainer(folder=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("container", [ParentContainer, WorkerContainer, UndeliveredContainer])
def test_a_container_holds_singletons(container: type[containers.DeclarativeContainer]) -> None:
    """Nothing is made anew for an event: what lasts one request is an argument of the call."""
    made = container()
    for name, provider in made.providers.items():
        assert provider() is provider(), name


def test_deployed_targets_are_the_ones_of_the_environment() -> None:
    """Names are separated by commas; spaces do not count."""
    assert WorkerContainer.settings().allowed_targets == {"toy:f", "toy:g"}
