"""What is built from what, and what each entrypoint loads to build it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from dependency_injector import containers, providers

from entrypoints.container import LocalContainer, ParentContainer, UndeliveredContainer, WorkerContainer

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "SWEEP_TABLE": "ledger",
    "SWEEP_BUCKET": "results",
    "SWEEP_WORKER_FUNCTION": "worker",
    "SWEEP_ALLOWED_TARGETS": "math:hypot, math:pow",
    "SWEEP_DEFAULT_TARGET": "math:hypot",
    "SWEEP_MAX_SHARDS": "1000",
    "SWEEP_DISPATCH_CONCURRENCY": "8",
    "SWEEP_RETENTION_DAYS": "30",
    "SWEEP_LOG_LEVEL": "INFO",
}
# What is heavy, or belongs to somebody else.
HEAVY = {"boto3", "duckdb", "multiprocessing", "numpy", "rich", "ruamel.yaml", "sqlite3", "typer"}


def every_provider(container: containers.DeclarativeContainer) -> dict[str, object]:
    """Resolve all that a container provides."""
    return {name: provider() for name, provider in container.providers.items()}


@pytest.mark.parametrize("container", [WorkerContainer, UndeliveredContainer])
def test_every_provider_of_a_function_resolves(
    container: type[containers.DeclarativeContainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From nothing but the environment that the template gives, everything can be built."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert None not in every_provider(container()).values()


def test_the_parent_is_built_for_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline of a request reaches the invoker and the claim through the very keywords that the handler uses."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def remaining() -> float:
        return 12.0

    parent = ParentContainer()
    parent.invoker.add_kwargs(remaining=remaining)  # type: ignore[attr-defined]  # a Factory has it
    assert None not in every_provider(parent).values()
    lasting = {"submit_sweep__invoker__remaining": remaining, "submit_sweep__claim_seconds": 12.0}
    submit = ParentContainer().http_api(**lasting).submit_sweep
    assert submit.claim_seconds == 12.0
    assert submit.limits.targets == frozenset({"math:hypot", "math:pow"})


def test_every_provider_of_one_machine_resolves(tmp_path: Path) -> None:
    """The command line's container gives whatever it is asked for."""
    container = LocalContainer(folder=tmp_path, target="math:hypot", names=(), import_paths=(), workers=1)
    resolved = every_provider(container)
    assert set(resolved) >= {"ledger", "results", "invoker", "submit_sweep", "describe_sweep", "list_sweeps"}
    container.ledger().close()


def test_providers_are_functions_that_import_late() -> None:
    """No adapter is loaded before it is built: the providers name functions of the container's own module."""
    for container in (LocalContainer, ParentContainer, WorkerContainer, UndeliveredContainer):
        for provider in container.providers.values():
            if isinstance(provider, providers.Singleton):
                assert provider.cls.__module__ == "entrypoints.container"


@pytest.mark.parametrize("module", ["parent", "worker", "undelivered"])
def test_a_handler_is_imported_from_nothing(module: str) -> None:
    """Importing a handler needs no environment, opens nothing, and loads nothing that is heavy."""
    code = f"import json, sys; import entrypoints.{module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & HEAVY == set()


def test_the_engines_worker_loads_no_library_of_the_command_line_or_the_cloud() -> None:
    """Each worker process of a sweep on one machine starts with what it needs."""
    code = "import json, sys; import entrypoints.local_worker; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True)
    unwanted = {
        "boto3",
        "botocore",
        "dependency_injector",
        "duckdb",
        "numpy",
        "rich",
        "ruamel.yaml",
        "tenacity",
        "typer",
    }
    assert set(json.loads(done.stdout)) & unwanted == set()
