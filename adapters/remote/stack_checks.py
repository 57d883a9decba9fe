"""What a check-up asks of a deployed stack: who calls, what is deployed, what the caller may do, what will limit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from adapters.documents.routes import SWEEPS
from adapters.remote.account import Account, aws_client, credentials_of
from adapters.remote.attempts import PassingError
from adapters.remote.signed_api import SignedApi
from adapters.remote.stack import Deployed
from application.check_up import Check, Finding, Verdict
from application.ports.clock import Clock
from application.sweeps import Sweeps
from domain.designs.grid import Grid
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable
from domain.request import SweepRequest
from domain.space.parameter import Parameter
from domain.space.values import Values

# In seconds: AWS refuses signatures of another time ("Troubleshoot Signature Version 4 signed requests").
_LARGEST_SKEW = 300.0
# New accounts may have as few as ten concurrent executions ("Lambda quotas"), which a sweep's workers soon reach.
_FEW_EXECUTIONS = 100
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class StackChecks:
    """The checks of one stack. What a check needs is made when it is called, as any of it may be what is wrong."""

    account: Account
    session: Callable[[], Session]
    authorities: Callable[[], str | bool]
    stack: Callable[[], Deployed]
    api: Callable[[], SignedApi]
    sweeps: Callable[[], Sweeps]
    clock: Clock

    def all(self) -> dict[str, Check]:
        """Return the checks in the order in which one builds on the other."""
        return {
            "credentials": self.credentials,
            "identity": self.identity,
            "stack": self.deployment,
            "version": self.version,
            "clock": self.skew,
            "reading": self.reading,
            "submitting": self.submitting,
            "quotas": self.quotas,
        }

    def credentials(self) -> Iterator[Finding]:
        """Yield whether there are credentials, and for which region."""
        credentials_of(self.session())
        region = self.session().get_config_variable("region")
        verdict = Verdict.OK if region else Verdict.FAILED
        remedy = "" if region else "name it with --region, or set AWS_REGION"
        yield Finding("credentials", verdict, f"found, for {region}" if region else "found, but no region", remedy)

    def identity(self) -> Iterator[Finding]:
        """Yield who calls."""
        try:
            who = self._client("sts").get_caller_identity()["Arn"]
        except (ClientError, BotoCoreError) as error:
            yield Finding("identity", Verdict.UNKNOWN, f"STS does not tell it: {_reason(error)}")
        else:
            yield Finding("identity", Verdict.OK, str(who))

    def deployment(self) -> Iterator[Finding]:
        """Yield which stack is found, and where its API is."""
        stack = self.stack()
        yield Finding("stack", Verdict.OK, f"{stack.name} in {stack.region}, at {stack.api}")

    def version(self) -> Iterator[Finding]:
        """Yield whether the deployment is of this client's version."""
        own, deployed = version("serverless-sweep"), self.stack().outputs.get("Version")
        if deployed == own:
            yield Finding("version", Verdict.OK, f"{own}, here as there")
        elif deployed is None:
            yield Finding("version", Verdict.UNKNOWN, "the stack does not tell it, and so is older", "make deploy")
        else:
            remedy = "make deploy, or install the stack's version here"
            yield Finding("version", Verdict.FAILED, f"{deployed} there, {own} here", remedy)

    def skew(self) -> Iterator[Finding]:
        """Yield how much this machine's clock differs from the API's."""
        api = self.api()
        try:
            answer = api.http.send(AWSRequest("GET", f"{api.address}{SWEEPS}").prepare())
        except PassingError as error:
            raise DependencyUnavailable(str(error)) from error
        told = answer.headers.get("date")
        if told is None:
            yield Finding("clock", Verdict.UNKNOWN, "the API does not tell its time")
            return
        skew = self.clock.now() - parsedate_to_datetime(told).timestamp()
        fits = abs(skew) <= _LARGEST_SKEW
        remedy = "" if fits else "set this machine's clock: AWS refuses what is signed at another time"
        yield Finding("clock", Verdict.OK if fits else Verdict.FAILED, f"{skew:+,.0f} s against the API's", remedy)

    def reading(self) -> Iterator[Finding]:
        """Yield whether the caller may read sweeps."""
        self.sweeps().list_sweeps(1, None, no_deadline)
        yield Finding("reading", Verdict.OK, "GET /sweeps is allowed")

    def submitting(self) -> Iterator[Finding]:
        """Yield whether the caller may submit sweeps, by one that is only planned."""
        self.sweeps().plan(SweepRequest("doctor", None, Grid((Parameter("x", Values((1,))),))))
        yield Finding("submitting", Verdict.OK, "POST /sweeps is allowed (tried with a dry run)")

    def quotas(self) -> Iterator[Finding]:
        """Yield how many workers the account lets run at once."""
        try:
            limit = int(self._client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
        except (ClientError, BotoCoreError, KeyError) as error:
            says = f"Lambda does not tell the account's concurrency: {_reason(error)}"
            yield Finding("quotas", Verdict.UNKNOWN, says, "look in the console: Service Quotas, AWS Lambda")
            return
        fits = limit >= _FEW_EXECUTIONS
        remedy = "" if fits else "ask for more: Service Quotas, AWS Lambda, Concurrent executions"
        says = f"the account runs {limit:,} functions at once"
        yield Finding("quotas", Verdict.OK if fits else Verdict.FAILED, says, remedy)

    def _client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its clients' types at run time
        session = self.session()
        return aws_client(session, service, self.authorities(), self.account.endpoint(session), _ATTEMPTS)


def _reason(error: Exception) -> str:
    """Return an error's code or type: its message may hold what a stranger should not see."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
