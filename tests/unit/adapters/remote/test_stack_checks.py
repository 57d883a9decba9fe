"""What a check-up finds of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from adapters.remote.account import Account
from adapters.remote.attempts import PassingError
from adapters.remote.http import Answer
from adapters.remote.signed_api import SignedApi
from adapters.remote.stack import Deployed
from adapters.remote.stack_checks import StackChecks
from application.check_up import Finding, Verdict, check_up
from domain.errors import PlaceUnusable
from tests.fakes.clock import HandClock
from tests.fakes.desk import Desk

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "secret"}}, "Any")


class _Client:
    """A client of STS and of Lambda; an answer that is an error is raised."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - any operation
        answer = self._answers[operation]

        def call() -> Any:  # noqa: ANN401 - any answer
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


class _Session(Session):
    answers: Mapping[str, Any]

    def create_client(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - any client
        """Return a client with prepared answers."""
        return _Client(self.answers)


class Bench:
    """The checks of a stack in memory; a test changes what they find."""

    def __init__(self) -> None:
        """Begin with a stack in which all is well."""
        self.answers: dict[str, Any] = {
            "get_caller_identity": {"Arn": "arn:aws:iam::1:user/u"},
            "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
        }
        self.outputs = {"Version": version("serverless-sweep")}
        self.clock = HandClock()
        self.date: str | None = formatdate(self.clock.time, usegmt=True)
        self.lost = False
        self.sweeps = Desk().sweeps

    def find(self) -> dict[str, Finding]:
        """Return what each check finds, by its subject."""
        session = _Session()
        session.answers = self.answers
        http = SimpleNamespace(send=self._send)
        api = cast("SignedApi", SimpleNamespace(address="https://api/v1", http=http))
        stack = Deployed("prod", "https://api/v1", "eu-central-1", self.outputs)
        checks = StackChecks(
            Account(), lambda: session, lambda: True, lambda: stack, lambda: api, lambda: self.sweeps, self.clock
        )
        return {finding.subject: finding for finding in check_up(checks.all())}

    def _send(self, _: object) -> Answer:
        if self.lost:
            raise PassingError("api cannot be reached")
        return Answer(403, {"date": self.date} if self.date else {}, b"")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench, with keys and a region in the environment."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Bench()


def test_a_stack_in_which_all_is_well(bench: Bench) -> None:
    """Every check has a finding, and none needs a remedy."""
    found = bench.find()
    assert list(found) == [
        "credentials", "identity", "stack", "version", "clock", "reading", "submitting", "quotas"
    ]  # fmt: skip
    assert {finding.verdict for finding in found.values()} == {Verdict.OK}
    assert found["identity"].says == "arn:aws:iam::1:user/u"


def test_what_may_not_be_asked_is_no_failure(bench: Bench) -> None:
    """The caller's policy has neither STS nor Lambda's settings; the code is told, and no message of AWS's."""
    bench.answers = dict.fromkeys(bench.answers, DENIED)
    bench.date = None
    found = bench.find()
    assert {found[name].verdict for name in ("identity", "quotas", "clock")} == {Verdict.UNKNOWN}
    assert "AccessDenied" in found["quotas"].says
    assert "secret" not in str(found)


def test_an_account_with_ten_executions_has_failed(bench: Bench) -> None:
    """The remedy says where to ask for more."""
    bench.answers["get_account_settings"] = {"AccountLimit": {"ConcurrentExecutions": 10}}
    quotas = bench.find()["quotas"]
    assert (quotas.verdict, quotas.says) == (Verdict.FAILED, "the account runs 10 functions at once")
    assert "Service Quotas" in quotas.remedy


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [({"Version": "0.0.1"}, Verdict.FAILED), ({}, Verdict.UNKNOWN)],
    ids=["another version", "a stack that does not tell it"],
)
def test_the_versions_are_compared(bench: Bench, outputs: dict[str, str], verdict: Verdict) -> None:
    """The remedy is a deployment."""
    bench.outputs = outputs
    found = bench.find()["version"]
    assert found.verdict is verdict
    assert "make deploy" in found.remedy


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_clock_that_is_five_minutes_off_has_failed(bench: Bench, seconds: int) -> None:
    """AWS refuses what is signed at such a time."""
    bench.clock.time += seconds
    clock = bench.find()["clock"]
    assert (clock.verdict, clock.says) == (Verdict.FAILED, f"{seconds:+} s against the API's")


def test_an_api_that_does_not_answer_has_failed(bench: Bench) -> None:
    """The other checks go on."""
    bench.lost = True
    found = bench.find()
    assert found["clock"].verdict is Verdict.FAILED
    assert found["quotas"].verdict is Verdict.OK


def test_without_credentials_the_remedy_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the message of the client."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    found = bench.find()["credentials"]
    assert found.verdict is Verdict.FAILED
    assert "aws configure" in found.says


def test_a_caller_who_may_not_submit_learns_it(bench: Bench) -> None:
    """The check is a dry run, which submits nothing."""
    from dataclasses import replace

    def refuse(_: object) -> Any:  # noqa: ANN401 - it never returns
        raise PlaceUnusable("the API refuses these credentials")

    bench.sweeps = replace(bench.sweeps, plan=refuse)
    found = bench.find()
    assert (found["reading"].verdict, found["submitting"].verdict) == (Verdict.OK, Verdict.FAILED)
