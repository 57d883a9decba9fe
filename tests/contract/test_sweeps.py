"""The use cases, on one machine and behind the API, keep the contract of `Sweeps`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from botocore.credentials import ReadOnlyCredentials

from adapters.local.sqlite_ledger import SqliteLedger
from adapters.remote.http import Http
from adapters.remote.remote_sweeps import RemoteSweeps, bundled
from adapters.remote.signed_api import SignedApi
from application.sweeps import Sweeps
from entrypoints.containers import use_cases
from entrypoints.containers.local import LocalContainer
from tests.contract.sweeps_contract import SweepsContract, Tick
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import API, DeployedApi
from tests.fakes.desk import Desk
from tests.fakes.ledger import MemoryLedger


class TestSweepsInMemory(SweepsContract):
    """The use cases over ports in memory."""

    @pytest.fixture
    def desk(self) -> ApiDesk:
        """Return a desk whose workers record ends only as a test says."""
        return ApiDesk()

    @pytest.fixture
    def sweeps(self, desk: Desk) -> Sweeps:
        """Return the use cases themselves."""
        return desk.sweeps

    @pytest.fixture
    def ledger(self, desk: Desk) -> MemoryLedger:
        """Return the desk's ledger."""
        return desk.ledger

    @pytest.fixture
    def tick(self, desk: Desk) -> Tick:
        """Return what moves the desk's clock by a second."""

        def move() -> None:
            desk.clock.time += 1

        return move


class TestRemoteSweeps(TestSweepsInMemory):
    """A client of the API that is in front of these use cases, over HTTP."""

    implementation: ClassVar[type[RemoteSweeps]] = RemoteSweeps

    @pytest.fixture
    def sweeps(self, desk: ApiDesk) -> Iterator[Sweeps]:
        """Yield a client of a server that answers for the desk."""
        http = Http(authorities=True)
        with DeployedApi(desk) as server:
            credentials = ReadOnlyCredentials("key", "secret", None)
            yield bundled(self.implementation(SignedApi(server.url + API, "us-east-1", lambda: credentials, http)))
            http.close()


class TestLocalSweeps(SweepsContract):
    """The use cases over a folder."""

    @pytest.fixture
    def container(self, tmp_path: Path) -> LocalContainer:
        """Return the container of a new folder."""
        return LocalContainer(folder=tmp_path)

    @pytest.fixture
    def sweeps(self, container: LocalContainer) -> Iterator[Sweeps]:
        """Yield the use cases; no worker is started."""
        yield use_cases.sweeps(container.submit_sweep(), container.describe_sweep())
        container.ledger().close()

    @pytest.fixture
    def ledger(self, container: LocalContainer) -> SqliteLedger:
        """Return the folder's ledger."""
        return container.ledger()
