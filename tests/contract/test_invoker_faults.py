"""What can become of a request on its way to Lambda: each shard ends in exactly one outcome, whatever sends it."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from adapters.aws.credentials import Credentials, CredentialsMissingError
from adapters.aws.curl_sender import CurlSender
from adapters.aws.curl_wire import Wire
from adapters.aws.lambda_invoker import LambdaInvoker
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import Deadline, DispatchPolicy, no_deadline
from domain.reasons import Reason
from infra.local.certificate import Certificate
from tests.fakes.lambda_stub import QUICK, WAYS, LambdaStub, Way, curl_to, invoker_of
from tests.fakes.scripted_server import ACCEPTED, ScriptedServer, Step, refusal
from tests.fakes.sweeps import make_sweep

pytestmark = pytest.mark.one_python

_ONE = replace(QUICK, concurrency=1, attempts=3)
_FOUND = OutcomeKind.ACCEPTED, None
_LOST = OutcomeKind.UNKNOWN, Reason.CONNECTION_LOST
_SILENT = OutcomeKind.UNKNOWN, Reason.NO_ANSWER


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Return each way to invoke."""
    way: Way = request.param
    return way


def sent(
    way: Way, url: str, policy: DispatchPolicy = _ONE, shards: int = 1, patience: float = 20.0
) -> dict[int, Outcome]:
    """Dispatch so many shards one after another, and return the one outcome of each."""
    stub = LambdaStub(way)
    stub.server_close()
    stub.url = url
    return outcomes_of(invoker_of(stub, policy, patience), shards)


def outcomes_of(invoker: LambdaInvoker, shards: int, deadline: Deadline = no_deadline) -> dict[int, Outcome]:
    """Dispatch so many shards, and return the one outcome of each."""
    sweep = make_sweep(size=shards, shards=shards)
    outcomes = list(invoker.dispatch(sweep, sweep.plan, deadline))
    assert sorted(one.shard for one in outcomes) == list(range(shards))
    return {one.shard: one for one in outcomes}


def always(*steps: Step) -> Callable[[int], Sequence[Step]]:
    """Return the script that does this with every request."""
    return lambda _: steps


_GZIPPED = gzip.compress(b'{"Message": "no"}')


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([ACCEPTED], _FOUND, id="accepted"),
        pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n", ACCEPTED], _FOUND, id="100-continue first"),
        pytest.param([ACCEPTED[:10], ACCEPTED[10:20], ACCEPTED[20:]], _FOUND, id="in pieces"),
        pytest.param([ACCEPTED, "half", "wait"], _FOUND, id="half-closed after the answer"),
        pytest.param(
            [b"HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n"], _FOUND, id="chunked"
        ),
        pytest.param(
            [b"HTTP/1.1 202 A\r\nContent-Length: 200000\r\n\r\n", b"x" * 200_000], _FOUND, id="accepted, oversized"
        ),
        pytest.param([b"HTTP/1.1 202 A\r\nContent-Length: 20\r\n\r\nabc", "close"], _FOUND, id="accepted, cut off"),
        pytest.param([b"HTTP/1.1 202 A\r\nContent-Length: 20\r\n\r\nabc", "reset"], _FOUND, id="accepted, then reset"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
            (OutcomeKind.UNKNOWN, Reason.UNEXPECTED_ANSWER),
            id="another success",
        ),
        pytest.param(
            [b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"],
            (OutcomeKind.REJECTED, Reason.REQUEST_REFUSED),
            id="a redirect is not followed",
        ),
        pytest.param([b"HTTP/1.1 20", "close"], _LOST, id="cut in the status line"),
        pytest.param([b"HTTP/1.1 202 A\r\nContent-Le", "wait"], _SILENT, id="silent in the head"),
        pytest.param(["close"], _LOST, id="closed without an answer"),
        pytest.param(["reset"], _LOST, id="reset without an answer"),
        pytest.param(["half", "wait"], _LOST, id="half-closed without an answer"),
        pytest.param([b"nonsense\r\n\r\n", "close"], _LOST, id="no HTTP"),
        pytest.param(["wait"], _SILENT, id="silence"),
    ],
)
def test_one_request_has_one_outcome(way: Way, steps: Sequence[Step], expected: tuple[OutcomeKind, Reason]) -> None:
    """On a new connection a request is sent once, and its outcome says no more than what is known."""
    server = ScriptedServer(always(*steps))
    patience = 0.5 if "wait" in steps and "half" not in steps else 20.0
    with server.running() as url:
        (outcome,) = sent(way, url, patience=patience).values()
    assert (outcome.kind, outcome.reason, outcome.attempts) == (*expected, 1)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000, id="oversized"),
        pytest.param(b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_GZIPPED) + _GZIPPED, id="packed"),
        pytest.param(b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", id="not what it says"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", id="chunked"),
        pytest.param(b'Content-Length: 14\r\n\r\n{"Message": 1}', id="JSON"),
    ],
)
def test_the_code_of_an_error_counts_whatever_its_body_is(body: bytes) -> None:
    """Libcurl unpacks nothing, reads no body to its end that is too long, and the header says what went wrong."""
    head = b"HTTP/1.1 413 R\r\nx-amzn-ErrorType: RequestTooLargeException:http://internal/\r\n"
    server = ScriptedServer(always(head + body))
    with server.running() as url:
        (outcome,) = sent("curl", url).values()
    assert (outcome.kind, outcome.reason) == (OutcomeKind.REJECTED, Reason.PAYLOAD_TOO_LARGE)


def test_a_code_may_be_in_the_body(way: Way) -> None:
    """As for botocore, the body says it where no header does."""
    body = b'{"__type": "com.amazonaws#ResourceNotFoundException"}'
    server = ScriptedServer(always(b"HTTP/1.1 400 R\r\nContent-Length: %d\r\n\r\n" % len(body) + body))
    with server.running() as url:
        (outcome,) = sent(way, url).values()
    assert (outcome.kind, outcome.reason) == (OutcomeKind.REJECTED, Reason.FUNCTION_NOT_FOUND)


def test_a_name_that_is_unknown_is_no_connection(way: Way) -> None:
    """Nothing was sent, and the policy's attempts are made."""
    (outcome,) = sent(way, "http://no-such-host.invalid").values()
    assert (outcome.kind, outcome.reason) == (OutcomeKind.EXHAUSTED, Reason.NOT_CONNECTED)
    assert outcome.attempts == _ONE.attempts


@pytest.mark.parametrize("break_off", ["close", "reset"])
def test_libcurl_sends_again_what_a_kept_connection_lost(break_off: Step) -> None:
    """A kept connection that closes without an answer: the second sending is an attempt, and its answer counts."""
    server = ScriptedServer(lambda number: [break_off] if number == 1 else [ACCEPTED])
    with server.running() as url:
        outcomes = sent("curl", url, shards=3)
    assert {one.kind for one in outcomes.values()} == {OutcomeKind.ACCEPTED}
    assert [outcomes[number].attempts for number in range(3)] == [1, 2, 1]
    assert (len(server.requests), server.connections) == (4, 2)


def test_it_is_not_sent_again_beyond_the_policys_attempts() -> None:
    """With one attempt the shard is unknown, as it is with boto3."""
    server = ScriptedServer(lambda number: ["close"] if number == 1 else [ACCEPTED])
    with server.running() as url:
        outcomes = sent("curl", url, replace(_ONE, attempts=1), shards=3)
    assert [(one.kind, one.attempts) for one in (outcomes[number] for number in range(3))] == [
        (OutcomeKind.ACCEPTED, 1),
        (OutcomeKind.UNKNOWN, 1),
        (OutcomeKind.ACCEPTED, 1),
    ]
    assert outcomes[1].reason is Reason.CONNECTION_LOST
    assert len(server.requests) == 3


def test_it_is_not_sent_again_without_time() -> None:
    """Where the deadline has come, the shard is unknown, and the others are deferred."""
    server = ScriptedServer(lambda number: ["close"] if number == 1 else [ACCEPTED])
    left = iter([100.0, 100.0])
    with server.running() as url:
        outcomes = outcomes_of(LambdaInvoker(curl_to(url, _ONE)), 3, lambda: next(left, 0.0))
    kinds = [outcomes[number].kind for number in range(3)]
    assert kinds == [OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.DEFERRED]
    assert len(server.requests) == 2


def test_a_late_answer_is_of_no_other_request(way: Way) -> None:
    """The answer to a request that timed out is not taken for that of the next one."""
    server = ScriptedServer(
        lambda number: ["wait", refusal(404, "ResourceNotFoundException")] if number == 0 else [ACCEPTED]
    )
    with server.running() as url:
        outcomes = sent(way, url, shards=3, patience=0.5)
    assert outcomes[0].kind is OutcomeKind.UNKNOWN
    assert [outcomes[number].kind for number in (1, 2)] == [OutcomeKind.ACCEPTED] * 2


def test_a_certificate_that_is_not_trusted_is_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent to a server whose certificate no authority that is trusted has signed, nor to another name."""
    ours, theirs = (Certificate.create(make(tmp_path / name)) for name in ("ours", "theirs"))
    server = ScriptedServer(always(ACCEPTED), tls(theirs))
    with server.running() as url:
        for authority, address, kind in (
            (theirs, url, OutcomeKind.ACCEPTED),
            (ours, url, OutcomeKind.EXHAUSTED),
            (theirs, url.replace("127.0.0.1", "127.0.0.2"), OutcomeKind.EXHAUSTED),
        ):
            monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.authority))
            (outcome,) = outcomes_of(LambdaInvoker(curl_to(address, _ONE)), 1).values()
            assert outcome.kind is kind
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))
        (outcome,) = outcomes_of(LambdaInvoker(curl_to(url, _ONE)), 1).values()
    assert (outcome.kind, outcome.reason) == (OutcomeKind.REJECTED, Reason.CLIENT_MISCONFIGURED)
    assert len(server.requests) == 1


def make(folder: Path) -> Path:
    """Return a folder that is made."""
    folder.mkdir()
    return folder


def tls(certificate: Certificate) -> ssl.SSLContext:
    """Return a server's side of TLS with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.server, certificate.key)
    return context


def test_what_the_environment_says_to_curl_is_not_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No netrc, no proxy of libcurl's own names, and no cookie is sent back."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server = ScriptedServer(always(ACCEPTED.replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n")))
    with server.running() as url:
        assert {one.kind for one in sent("curl", url, shards=3).values()} == {OutcomeKind.ACCEPTED}
    assert not [head for head in server.requests if b"ookie" in head or b"Basic" in head or b"Expect" in head]


def keys() -> Callable[[], Credentials]:
    """Return a source of credentials that are renewed each time they are asked for."""
    numbers = iter(range(1000))
    return lambda: Credentials(f"key{next(numbers)}", "secret", "token")


def test_credentials_that_are_replaced_on_the_way_are_no_refusal() -> None:
    """A request that the old ones signed is signed with the new ones, and sent again."""
    expired = refusal(403, "ExpiredTokenException")
    server = ScriptedServer(lambda number: [expired] if number < 2 else [ACCEPTED])
    with server.running() as url:
        outcomes = outcomes_of(LambdaInvoker(curl_to(url, _ONE, source=keys())), 2)
    assert {one.kind for one in outcomes.values()} == {OutcomeKind.ACCEPTED}
    assert sum(one.attempts for one in outcomes.values()) == len(server.requests) == 4
    names = [head.partition(b"Credential=")[2].partition(b"/")[0] for head in server.requests]
    assert len(set(names)) >= 3


def test_credentials_that_stay_are_refused_for_good() -> None:
    """The dispatch stops, as every shard would be refused."""
    server = ScriptedServer(always(refusal(403, "ExpiredTokenException")))
    with server.running() as url:
        outcomes = sent("curl", url, shards=5)
    assert len(server.requests) == 1
    assert {one.reason for one in outcomes.values()} == {Reason.CREDENTIALS_REFUSED}


def test_without_credentials_nothing_is_sent() -> None:
    """The first shard is rejected, and the others are deferred."""

    def none() -> Credentials:
        raise CredentialsMissingError("NoCredentials")

    server = ScriptedServer(always(ACCEPTED))
    with server.running() as url:
        outcomes = outcomes_of(LambdaInvoker(curl_to(url, _ONE, source=none)), 4)
    assert [outcomes[number].kind for number in range(4)] == [OutcomeKind.REJECTED, *repeat(OutcomeKind.DEFERRED, 3)]
    assert {one.reason for one in outcomes.values()} == {Reason.CLIENT_MISCONFIGURED}
    assert server.requests == []


def test_a_dispatch_that_is_left_leaves_nothing_behind() -> None:
    """After a caller has stopped reading, the next dispatch has its own outcomes alone."""
    server = ScriptedServer(lambda number: ["wait", ACCEPTED] if number == 1 else [ACCEPTED])
    sender: CurlSender
    with server.running() as url:
        sender = curl_to(url, replace(QUICK, concurrency=2))
        sweep = make_sweep(size=50, shards=50)
        first = LambdaInvoker(sender).dispatch(sweep, sweep.plan, no_deadline)
        assert next(first).kind is OutcomeKind.ACCEPTED
        first.close()  # type: ignore[attr-defined]  # a generator
        server.release.set()
        outcomes = outcomes_of(LambdaInvoker(sender), 3)
    assert {one.kind for one in outcomes.values()} == {OutcomeKind.ACCEPTED}
    assert len(server.requests) <= 1 + 2 + 3


def test_waiting_for_a_retry_is_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is in flight, the sender sleeps until the next attempt is due, and does not ask again and again."""
    server = ScriptedServer(lambda number: [ACCEPTED] if number else [refusal(429, "TooManyRequestsException")])
    slow = replace(_ONE, backoff_base=0.5, backoff_cap=0.5)
    monkeypatch.setattr("adapters.aws.sending.random.uniform", lambda _, longest: longest)
    asked: list[float] = []
    go_on = Wire._go_on

    def counted(wire: Wire, seconds: float) -> None:
        asked.append(seconds)
        go_on(wire, seconds)

    monkeypatch.setattr(Wire, "_go_on", counted)
    with server.running() as url:
        outcomes = sent("curl", url, slow)
    assert outcomes[0].attempts == 2
    # A few times for each of two requests and for the wait between them.
    assert len(asked) < 50
