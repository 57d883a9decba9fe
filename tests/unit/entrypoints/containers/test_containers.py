"""Every provider of every container resolves: no setting is missing, misspelt or of the wrong type."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import containers

from entrypoints.containers.by_hand import ByHandContainer
from entrypoints.containers.dispatcher import DispatcherContainer
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
    "SWEEP_CLIENT": "curl",
    "SWEEP_AWS_DOMAIN": "amazonaws.com",
    "SWEEP_LOG_LEVEL": "INFO",
    "SWEEP_RETENTION_DAYS": "30",
    "SWEEP_BUCKET": "results",
    "SWEEP_WORKER_FUNCTION": "worker",
    "SWEEP_DISPATCHER_FUNCTION": "dispatcher",
    "SWEEP_DIRECT_SHARDS": "4096",
    "SWEEP_DISPATCHER_TIMEOUT": "60",
    "SWEEP_DISPATCHER_RETRIES": "2",
    "SWEEP_DISPATCHER_EVENT_AGE": "3600",
    "SWEEP_ALLOWED_TARGETS": "toy:f, toy:g",
    "SWEEP_DEFAULT_TARGET": "toy:f",
    "SWEEP_TARGETS_DIGEST": "0123456789abcdef",
    "SWEEP_MAX_SHARDS": "1000",
    "SWEEP_DISPATCH_CONCURRENCY": "8",
    "SWEEP_MAX_POINTS_PER_SHARD": "5000",
    "SWEEP_WORKER_TIMEOUT": "60",
    "SWEEP_WORKER_RETRIES": "2",
    "SWEEP_WORKER_EVENT_AGE": "3600",
}


DEPLOYED = [ParentContainer, DispatcherContainer, WorkerContainer, UndeliveredContainer]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment variables that the template sets."""
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def _resolve(container: containers.Container) -> None:
    for name, provider in container.providers.items():
        assert provider() is not None, name


@pytest.mark.parametrize("container", DEPLOYED)
def test_container_resolves(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider needs only the environment that the template sets."""
    _resolve(container())


def test_local_containers_resolve(tmp_path: Path) -> None:
    """The local containers need no environment, and make no file before they are used."""
    _resolve(LocalContainer(folder=tmp_path, workers=1, import_paths=("x",)))
    _resolve(LocalWorkerContainer(folder=tmp_path))
    _resolve(ByHandContainer(functions="functions"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("container", DEPLOYED)
def test_a_container_holds_singletons(container: type[containers.DeclarativeContainer]) -> None:
    """Each provider returns the same object at every call, so objects are shared by all events."""
    resolved = container()
    for name, provider in resolved.providers.items():
        assert provider() is provider(), name


def test_what_dispatches_knows_how_long_a_shard_can_live() -> None:
    """A shard may wait for a worker, then run once and twice again; it is lost some minutes later."""
    assert ParentContainer().survey().lifetime == DispatcherContainer().survey().lifetime == 3600 + 3 * 60 + 300


def test_the_parent_knows_what_it_dispatches_itself_and_how_long_an_assignment_lives() -> None:
    """Both are of its environment."""
    dispatch = ParentContainer().dispatch_sweep()
    assert dispatch.policy.direct_shards == 4096
    assert dispatch.by_spans.lifetime == 3600 + 3 * 60 + 300


def test_a_local_shard_lives_for_as_long_as_its_process(tmp_path: Path) -> None:
    """No shard of this machine is ever lost by time alone: the engine sees its worker end."""
    assert LocalContainer(folder=tmp_path).survey().since() == -math.inf


def test_the_parent_bounds_the_points_of_a_shard() -> None:
    """The limit is that of the environment; on this machine a shard may have 100,000,000 points."""
    assert ParentContainer().plan_sweep().limits.max_points_per_shard == 5000
    assert LocalContainer.plan_sweep().limits.max_points_per_shard == 100_000_000


def test_questions_and_orders_share_their_ports() -> None:
    """Every use case of a process works on the same ledger, and dispatches by the same invoker."""
    container = ParentContainer()
    # `Any`: of a callable of `Sweeps` is known only how to call it.
    sweeps: Any = container.sweeps()
    ledger = container.ledger()
    for name in ("submit", "describe", "list_sweeps", "list_results", "list_failures", "retry", "cancel"):
        assert getattr(sweeps, name).ledger is ledger, name
    assert sweeps.submit.dispatch is sweeps.retry.dispatch is container.dispatch_sweep()
    assert container.dispatch_sweep().direct is container.dispatch_shards()
    assert sweeps.cancel.describe is sweeps.describe is container.describe_sweep()


def test_deployed_targets_are_the_ones_of_the_environment() -> None:
    """The setting separates targets by commas, and spaces are ignored."""
    assert WorkerContainer.settings().allowed_targets == {"toy:f", "toy:g"}
