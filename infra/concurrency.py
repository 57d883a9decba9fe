"""Says which concurrency `make deploy` reserves in an account, so that a sweep's workers cannot take all of it.

The arguments are the parameters of the deployment, as `Name=value`. Standard output gets those to add.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient

SETTINGS = Path(__file__).with_name("samconfig.toml")
# By the template's parameters: the parent answers callers, the other function marks undelivered shards.
RESERVED = {"ParentConcurrency": 20, "UndeliveredConcurrency": 5}
RESERVING = (*RESERVED, "WorkerConcurrency")
# Lambda refuses a reservation that leaves less than this unreserved.
LEAST_UNRESERVED = 100
NO_STACK = "ValidationError"


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of an account and region."""

    functions: LambdaClient
    stacks: CloudFormationClient


@dataclass(frozen=True, slots=True)
class Account:
    """How many functions an account can run at once in a region, how many of these no function has reserved.

    `deployed` has by parameter what the deployed stack has reserved already.
    """

    region: str
    limit: int
    unreserved: int
    deployed: Mapping[str, int]

    @classmethod
    def ask(cls, clients: Clients, stack: str) -> Account:
        """Return the figures of an account; raises botocore's errors."""
        found = clients.functions.get_account_settings()["AccountLimit"]
        region, deployed = clients.functions.meta.region_name, _deployed(clients.stacks, stack)
        return cls(region, found["ConcurrentExecutions"], found["UnreservedConcurrentExecutions"], deployed)

    def reservation(self, given: Mapping[str, str]) -> Reservation:
        """Return what to add to the given parameters, if Lambda can keep enough unreserved."""
        planned = {**self.deployed, **{name: _count(given[name]) for name in RESERVING if name in given}}
        missing = {name: count for name, count in RESERVED.items() if name not in given and not planned.get(name)}
        unreserved = self.unreserved + sum(self.deployed.values()) - sum(planned.values()) - sum(missing.values())
        if not missing or unreserved >= LEAST_UNRESERVED:
            return Reservation(missing)
        return Reservation({}, self._why_not(missing))

    def _why_not(self, missing: Mapping[str, int]) -> str:
        wanted = " and ".join(f"{name}={count}" for name, count in missing.items())
        return (
            f"in {self.region} this account runs at most {self.limit:,} functions at once, {self.unreserved:,} of them "
            f"unreserved: too few to reserve {wanted} and keep {LEAST_UNRESERVED}. "
            "While workers take all of them, status, cancel and the marking of undelivered shards must wait. "
            'Raise the quota "Concurrent executions" of AWS Lambda (L-B99A9384); docs/deploy.md has the figures.'
        )


@dataclass(frozen=True, slots=True)
class Reservation:
    """The parameters to add to a deployment, and a line for the person who deploys; either may be empty."""

    parameters: Mapping[str, int]
    note: str = ""


def main(arguments: list[str], clients: Clients | None = None) -> int:
    """Print the parameters to add for the account, or a line that says why there are none, and return 0."""
    chosen = _chosen(dict(argument.split("=", 1) for argument in arguments if "=" in argument), clients)
    if chosen.note:
        sys.stderr.write(f"note: {chosen.note}\n")
    sys.stdout.write(" ".join(f"{name}={count}" for name, count in chosen.parameters.items()))
    return 0


def _chosen(given: Mapping[str, str], clients: Clients | None) -> Reservation:
    if all(name in given for name in RESERVED):
        return Reservation({})
    stack = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["default"]["deploy"]["parameters"]["stack_name"]
    try:
        return Account.ask(clients or _clients(), stack).reservation(given)
    except (BotoCoreError, ClientError) as error:
        return Reservation({}, f"no concurrency is reserved anew, because that of the account is unknown: {error}")


def _clients() -> Clients:
    import boto3  # noqa: PLC0415 - takes a second, and is not needed where the parameters name all

    return Clients(boto3.client("lambda"), boto3.client("cloudformation"))


def _deployed(stacks: CloudFormationClient, name: str) -> dict[str, int]:
    """Return by parameter what a stack reserves; nothing, where there is no such stack yet."""
    try:
        (stack,) = stacks.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == NO_STACK:
            return {}
        raise
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in stack.get("Parameters", [])}
    return {name: _count(parameters.get(name, "")) for name in RESERVING}


def _count(text: str) -> int:
    """Return the number of a parameter; 0 for text that CloudFormation will refuse."""
    return int(text) if text.isdecimal() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
