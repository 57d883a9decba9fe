"""The client of the API: what it repeats, what it signs, and what it says of answers that are none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from botocore.credentials import ReadOnlyCredentials

from adapters.remote.attempts import Attempts
from adapters.remote.http import Http, Timeouts
from adapters.remote.remote_sweeps import RemoteSweeps
from adapters.remote.signed_api import SignedApi
from domain.dispatch_policy import no_deadline
from domain.errors import (
    DependencyUnavailable,
    InvalidSweep,
    PlaceUnusable,
    SweepConflict,
    SweepError,
    SweepNotFound,
)
from tests.contract.sweeps_contract import ABSENT, REQUEST
from tests.fakes.api import ApiDesk
from tests.fakes.deployed_api import API, DeployedApi, Fault, cut, html, lost, refusing

SECRET = "hidden-from-all-messages"  # noqa: S105 - looked for in messages


class Bench(NamedTuple):
    """A client, the server that it asks, and the seconds that it waited."""

    client: RemoteSweeps
    server: DeployedApi
    waits: list[float]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Yield a client that waits for an answer for a second, as a busy machine may need it, and does not sleep."""
    waits: list[float] = []
    http = Http(authorities=True, timeouts=Timeouts(read=1.0))
    with DeployedApi(ApiDesk()) as server:
        keys = ReadOnlyCredentials("key", SECRET, "token")
        attempts = Attempts(sleep=waits.append)
        yield Bench(RemoteSweeps(SignedApi(server.url + API, "us-east-1", lambda: keys, http, attempts)), server, waits)
        http.close()


PASSING: dict[str, Fault] = {
    "the answer is lost": lost,
    "the answer is cut short": cut,
    "the API throttles": refusing(429),
    "a service does not answer": refusing(503, Retry_After="7"),
    "the parent takes too long": refusing(504),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_submission_is_repeated_under_its_key(bench: Bench, fault: Fault) -> None:
    """Whatever became of the first attempt, the second one is answered, and there is one sweep."""
    bench.server.faults.append(fault)
    sweep = bench.client.submit(REQUEST, None, no_deadline).sweep
    first, second = bench.server.submissions
    assert first == second != ""
    assert [head.id for head in bench.client.list_sweeps(10, None, no_deadline).heads] == [sweep.id]


def test_the_wait_is_at_least_what_the_server_asks_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry-After goes before a shorter wait of the policy, and an unreasonable one is bounded."""
    monkeypatch.setattr(random, "uniform", lambda _, longest: longest)
    for asked in ("7", "100000", "soon", "0"):
        bench.server.faults.append(refusing(503, Retry_After=asked))
    bench.client.list_sweeps(10, None, no_deadline)
    assert bench.waits == [7, 30, 2, 4]


def test_after_so_many_attempts_the_error_says_what_was_answered(bench: Bench) -> None:
    """Five attempts are made; the message has the answer's own words."""
    bench.server.faults.extend([refusing(500)] * 9)
    with pytest.raises(DependencyUnavailable, match=r"the API answers 500: not now \(tried 5 times\)"):
        bench.client.describe(ABSENT, no_deadline)
    assert (len(bench.waits), len(bench.server.faults)) == (4, 4)


def test_no_attempt_begins_after_the_deadline(bench: Bench) -> None:
    """A wait that would pass the deadline is not begun."""
    bench.server.faults.extend([refusing(503, Retry_After="7")] * 9)
    with pytest.raises(DependencyUnavailable, match="tried once"):
        bench.client.describe(ABSENT, lambda: 6.0)
    assert bench.waits == []


def test_an_order_that_failed_for_good_is_not_repeated(bench: Bench) -> None:
    """A parent that answers 500 to an order may have carried it out in part: the caller looks first."""
    bench.server.faults.append(refusing(500))
    with pytest.raises(DependencyUnavailable, match="the API answers 500"):
        bench.client.retry(ABSENT, no_deadline)
    assert bench.waits == []


REFUSALS: dict[str, tuple[Fault, type[SweepError], str]] = {
    "a page": (html(200), DependencyUnavailable, "answers with text/html where JSON is expected; is a proxy"),
    "a page that asks for a login": (html(302), DependencyUnavailable, "the API answers 302"),
    "a page that refuses": (html(404), DependencyUnavailable, "the API answers 404"),
    "no right": (refusing(403), PlaceUnusable, "refuses the caller: not now; attach the policy .* CallerPolicyArn"),
    "expired": (
        refusing(403, x_amzn_ErrorType="ExpiredTokenException:http://x"),
        PlaceUnusable,
        "the credentials have expired; get new ones, as by `aws sso login`",
    ),
    "a wrong clock": (refusing(403, x_amzn_ErrorType="InvalidSignatureException"), PlaceUnusable, "machine's clock"),
    "an unknown key": (
        refusing(403, x_amzn_ErrorType="UnrecognizedClientException"),
        PlaceUnusable,
        "not know the key",
    ),
    "not found": (refusing(404), SweepNotFound, ABSENT),
    "a conflict": (refusing(409), SweepConflict, "not now"),
    "too large": (refusing(413), InvalidSweep, "not now"),
}


@pytest.mark.parametrize(("fault", "error", "message"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_an_error_of_the_domain(bench: Bench, fault: Fault, error: type[SweepError], message: str) -> None:
    """It is told by its status and its code, and not repeated; the message has the remedy."""
    bench.server.faults.append(fault)
    with pytest.raises(error, match=message) as raised:
        bench.client.describe(ABSENT, no_deadline)
    assert (type(raised.value), bench.waits) == (error, [])


def test_the_places_of_a_bad_request_are_those_of_the_api(bench: Bench) -> None:
    """The targets that the stack allows are in the message, as the stack says them."""
    with pytest.raises(InvalidSweep) as refused:
        bench.client.plan(REQUEST.__class__("toy", "other:f", REQUEST.design))
    assert [str(one) for one in refused.value.problems] == ["target: is not allowed here; allowed are toy:f"]


def test_an_answer_of_another_version_is_told(bench: Bench) -> None:
    """An answer that lacks what the client reads is neither a traceback nor a guess."""

    def older(handler: object, ask: object) -> None:
        refusing(200)(handler, ask)  # type: ignore[arg-type]  # any answer that succeeds will do

    bench.server.faults.append(older)
    with pytest.raises(DependencyUnavailable, match="has not the form that this client reads"):
        bench.client.describe(ABSENT, no_deadline)


def test_an_unreachable_api_is_told_without_a_secret() -> None:
    """The message names the host; no message holds a key, and none the query of a link."""
    http = Http(authorities=True)
    keys = ReadOnlyCredentials("key", SECRET, "token")
    client = RemoteSweeps(SignedApi("http://127.0.0.1:9/v1", "r", lambda: keys, http, Attempts(sleep=lambda _: None)))
    with pytest.raises(DependencyUnavailable, match=r"127.0.0.1:9 cannot be reached \(tried 5 times\)") as raised:
        client.list_sweeps(10, "the-next", no_deadline)
    assert SECRET not in str(raised.value)
    assert "the-next" not in str(raised.value)


def test_each_attempt_is_signed_by_the_key_of_that_moment(bench: Bench) -> None:
    """Credentials that were renewed between two attempts sign the second one."""
    keys = iter([ReadOnlyCredentials("OLD", "s", None), ReadOnlyCredentials("NEW", "s", None)])
    api = bench.client.api
    client = RemoteSweeps(SignedApi(api.address, api.region, lambda: next(keys), api.http, api.attempts))
    bench.server.faults.append(refusing(503))
    client.list_sweeps(10, None, no_deadline)
    used = [headers["authorization"].partition("Credential=")[2][:3] for _, _, headers in bench.server.requests]
    assert used == ["OLD", "NEW"]


def test_a_server_that_hangs_is_left(bench: Bench) -> None:
    """An answer that does not begin in time is another failed attempt."""
    bench.server.faults.extend([lambda handler, _: handler.rfile.read(1)] * 2)  # type: ignore[list-item]  # waits for ever
    assert bench.client.list_sweeps(10, None, no_deadline).heads == ()
    assert len(bench.waits) == 2


def test_a_proxy_of_the_environment_is_used(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the hosts that NO_PROXY names."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "elsewhere")
    with pytest.raises(DependencyUnavailable, match="cannot be reached through the proxy"):
        bench.client.list_sweeps(10, None, no_deadline)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = bench.client.api
    http = Http(authorities=True)
    assert RemoteSweeps(replace(api, http=http)).list_sweeps(10, None, no_deadline).heads == ()
    http.close()


def test_a_server_without_a_trusted_certificate_is_told(bench: Bench) -> None:
    """The caller must say whom to trust: no attempt is repeated."""
    api = bench.client.api
    with pytest.raises(PlaceUnusable, match=r"is not trusted here; .* AWS_CA_BUNDLE"):
        RemoteSweeps(replace(api, address=api.address.replace("http:", "https:"))).list_sweeps(10, None, no_deadline)
    assert bench.waits == []
