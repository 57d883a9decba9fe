"""The workers run the function as the emulator has it, with the credentials of its role."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

import pytest

from infra.local import deployed_function
from infra.local.deployed_function import PROXY, DeployedFunction
from infra.local.deployment import Deployment

DIGEST = "AAAA"


class Account:
    """A deployment whose Lambda and STS answer from memory, and count their calls."""

    url = "https://127.0.0.1:1"
    authority = Path("authority.pem")

    def __init__(self) -> None:
        """Have one function, of one role."""
        self.read = 0
        self.assumed: list[str] = []
        self.configuration: dict[str, Any] = {
            "Environment": {"Variables": {"SWEEP_TABLE": "ledger", PROXY: "http://127.0.0.1:2/2"}},
            "MemorySize": 128,
            "Role": "arn:aws:iam::000000000000:role/worker",
            "CodeSha256": DIGEST,
            "Handler": "module.handler",
            "Timeout": 3,
        }

    def client(self, _service: str) -> Account:
        """Return itself as the client of any service."""
        return self

    def get_function_configuration(self, **_name: str) -> dict[str, Any]:
        """Count a reading."""
        self.read += 1
        return self.configuration

    def assume_role(self, **role: str) -> dict[str, Any]:
        """Return credentials that name the role."""
        self.assumed.append(role["RoleArn"])
        return {"Credentials": {"AccessKeyId": role["RoleArn"], "SecretAccessKey": "s", "SessionToken": "t"}}


@pytest.fixture
def account() -> Account:
    """Return an account."""
    return Account()


@pytest.fixture
def function(account: Account, tmp_path: Path) -> DeployedFunction:
    """Return its function, whose code has been fetched."""
    (tmp_path / "code-000000").mkdir()
    return DeployedFunction("worker", cast("Deployment", account), tmp_path)


def test_the_function_has_its_roles_credentials_and_not_the_emulators_variable(
    function: DeployedFunction, account: Account, tmp_path: Path
) -> None:
    """The environment is that of the template and of Lambda."""
    found = function.since(time.monotonic())
    assert found.environment["AWS_ACCESS_KEY_ID"] == account.configuration["Role"]
    assert found.environment["SWEEP_TABLE"] == "ledger"
    assert PROXY not in found.environment
    assert (found.bundle, found.handler, found.timeout) == (tmp_path / "code-000000", "module.handler", 3)


def test_one_reading_serves_all_earlier_events(function: DeployedFunction, account: Account) -> None:
    """Events that arrived before a reading share it; one that arrives later takes another, and sees an update."""
    now = time.monotonic()
    assert function.since(now) == function.since(now - 1) == function.since(now)
    assert (account.read, len(account.assumed)) == (1, 1)
    account.configuration["Timeout"] = 5
    assert function.since(time.monotonic()).timeout == 5
    assert (account.read, len(account.assumed)) == (2, 1)


def test_an_event_that_waited_long_is_run_by_what_is_deployed_now(
    function: DeployedFunction, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading is used for a second at most."""
    monkeypatch.setattr(deployed_function, "FRESH", 0.0)
    arrived = time.monotonic()
    function.since(arrived)
    account.configuration["Timeout"] = 5
    assert function.since(arrived).timeout == 5


def test_credentials_are_renewed_before_they_expire(
    function: DeployedFunction, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role is assumed again after half of the hour."""
    monkeypatch.setattr(deployed_function, "RENEWED", 0.0)
    for _ in range(2):
        function.since(time.monotonic())
    assert len(account.assumed) == 2
