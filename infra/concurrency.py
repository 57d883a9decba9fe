"""Says which concurrency `make deploy` reserves in an account, so that a sweep's workers cannot take all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# By the template's parameters: the parent answers callers, the other function marks undelivered shards.
RESERVED = {"ParentConcurrency": 20, "UndeliveredConcurrency": 5}
RESERVING = (*RESERVED, "DispatcherConcurrency", "WorkerConcurrency")
# Lambda refuses a reservation that leaves less than this unreserved.
LEAST_UNRESERVED = 100


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
    def ask(cls, functions: LambdaClient, deployed: Mapping[str, str]) -> Account:
        """Return the figures of an account, for a stack with these parameters; raises botocore's errors."""
        found = functions.get_account_settings()["AccountLimit"]
        limit, unreserved = found["ConcurrentExecutions"], found["UnreservedConcurrentExecutions"]
        reserved = {name: _count(deployed[name]) for name in RESERVING if name in deployed}
        return cls(functions.meta.region_name, limit, unreserved, reserved)

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


def choose(given: Mapping[str, str], deployed: Mapping[str, str], functions: LambdaClient) -> Reservation:
    """Return what to add to the given parameters of a stack that is deployed with others; none if Lambda is silent."""
    if all(name in given for name in RESERVED):
        return Reservation({})
    try:
        return Account.ask(functions, deployed).reservation(given)
    except (BotoCoreError, ClientError) as error:
        return Reservation({}, f"no concurrency is reserved anew, because that of the account is unknown: {error}")


def _count(text: str) -> int:
    """Return the number of a parameter; 0 for text that CloudFormation will refuse."""
    return int(text) if text.isdecimal() else 0
