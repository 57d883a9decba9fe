"""Dispatching shards to Lambda: error codes, retries, deadlines, connections and faults."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from adapters.aws.lambda_client import lambda_client
from adapters.aws.lambda_errors import BY_CODE
from application.documents.payload import Payloads
from domain.dispatch import Outcome, OutcomeKind
from domain.dispatch_policy import FINAL, DispatchPolicy, Verdict, no_deadline
from domain.reasons import Reason
from tests.fakes.lambda_stub import PATIENCE, QUICK, WAYS, LambdaStub, Way, faults, invoker_of
from tests.fakes.sweeps import make_sweep

# The end-to-end tests run this adapter in the deployed functions, on the Python of those.
pytestmark = pytest.mark.one_python


@pytest.fixture(params=WAYS)
def stub(request: pytest.FixtureRequest) -> Iterator[LambdaStub]:
    """Yield a stub that accepts every shard, for each way to invoke it."""
    with LambdaStub(request.param) as stub:
        yield stub
    assert stub.forged == 0


def dispatch(stub: LambdaStub, shards: int, patience: float = 30.0) -> dict[int, Outcome]:
    """Dispatch so many shards, assert that each has one outcome, and return the outcomes by number."""
    sweep = make_sweep(size=shards, shards=shards)
    outcomes = list(invoker_of(stub, patience=patience).dispatch(sweep, sweep.plan, no_deadline))
    assert sorted(outcome.shard for outcome in outcomes) == list(range(shards))
    return {outcome.shard: outcome for outcome in outcomes}


# Each fault of both ways is a case of its own in test_invoker_faults.py.
@pytest.mark.parametrize(
    ("stub", "seed"),
    [
        ("curl", 1),
        *(pytest.param(*other, marks=pytest.mark.long) for other in [("boto3", 1), ("curl", 2), ("boto3", 2)]),
    ],
    indirect=["stub"],
)
def test_under_many_faults_every_shard_has_its_outcome(stub: LambdaStub, seed: int) -> None:
    """Of 2,000 shards none is lost, and the stub accepts none twice."""
    stub.script = faults(seed)
    outcomes = dispatch(stub, 2000, PATIENCE)
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    accepted = Counter(payload["shard"]["number"] for payload in stub.accepted)
    assert [number for number, times in accepted.items() if times > 1] == []
    sure = {number for number, outcome in outcomes.items() if outcome.kind is OutcomeKind.ACCEPTED}
    possible = {number for number, outcome in outcomes.items() if outcome.kind.may_run}
    assert sure <= set(accepted) <= possible
    assert kinds[OutcomeKind.ACCEPTED] > 1700
    assert 0 < kinds[OutcomeKind.UNKNOWN] < 300
    assert kinds.total() == 2000


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_error_code_means_what_the_table_says(stub: LambdaStub, code: str) -> None:
    """A code decides, whatever the status: the invoker tries a transient error again and reports the others."""
    first = itertools.chain([(400, code)], itertools.repeat(None))
    stub.script = lambda _: next(first)
    (outcome,) = dispatch(stub, 1).values()
    verdict, reason = BY_CODE[code]
    if verdict is Verdict.RETRY:
        assert (outcome.kind, outcome.attempts) == (OutcomeKind.ACCEPTED, 2)
    else:
        assert (outcome.kind, outcome.reason, outcome.attempts) == (FINAL[verdict], reason, 1)


def test_the_table_knows_every_error_of_the_service_model() -> None:
    """The table has every error that botocore's own model of Invoke lists."""
    model = botocore.session.get_session().get_service_model("lambda").operation_model("Invoke")
    assert {shape.name for shape in model.error_shapes} - set(BY_CODE) == set()


def test_the_table_agrees_with_botocore_on_transient_errors() -> None:
    """The invoker tries again after every code after which botocore's own retries would."""
    throttled: Any = ThrottledRetryableChecker
    transient: Any = TransientRetryableChecker
    known = throttled._THROTTLED_ERROR_CODES + transient._TRANSIENT_ERROR_CODES
    assert known
    assert {code for code in known if code not in BY_CODE or BY_CODE[code][0] is not Verdict.RETRY} == set()


@pytest.mark.parametrize("status", [413, 418])
def test_only_a_refusal_other_than_413_defers_the_rest(stub: LambdaStub, status: int) -> None:
    """After 413 the invoker dispatches the other shards; after an unknown refusal it defers them."""
    stub.script = lambda payload: (status, "NeverHeardOfException") if payload["shard"]["number"] == 0 else None
    outcomes = dispatch(stub, 1000)
    assert outcomes[0].kind is OutcomeKind.REJECTED
    deferred = any(outcome.kind is OutcomeKind.DEFERRED for outcome in outcomes.values())
    assert deferred == (status != 413)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_the_status_decides_on_an_unknown_code(stub: LambdaStub, status: int) -> None:
    """The invoker tries again after too many requests and after server errors."""
    first = itertools.chain([(status, "NeverHeardOfException")], itertools.repeat(None))
    stub.script = lambda _: next(first)
    assert dispatch(stub, 1)[0].kind is OutcomeKind.ACCEPTED


def test_an_error_of_the_function_itself_stops_everything(stub: LambdaStub) -> None:
    """If the function does not exist, the invoker stops after a few tries and defers the rest with the reason."""
    stub.script = lambda _: (404, "ResourceNotFoundException")
    outcomes = dispatch(stub, 10_000)
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    assert stub.tries.total() <= QUICK.concurrency
    assert kinds[OutcomeKind.REJECTED] == stub.tries.total()
    assert kinds[OutcomeKind.DEFERRED] == 10_000 - stub.tries.total()
    assert {outcome.reason for outcome in outcomes.values()} == {Reason.FUNCTION_NOT_FOUND}


def test_a_shard_that_is_always_throttled_is_exhausted(stub: LambdaStub) -> None:
    """The invoker makes as many attempts as the policy allows."""
    stub.script = lambda payload: (429, "TooManyRequestsException") if payload["shard"]["number"] == 3 else None
    outcomes = dispatch(stub, 6)
    assert stub.tries[3] == QUICK.attempts
    assert (outcomes[3].kind, outcomes[3].attempts) == (OutcomeKind.EXHAUSTED, QUICK.attempts)
    assert [outcome.kind for number, outcome in outcomes.items() if number != 3] == [OutcomeKind.ACCEPTED] * 5


def test_no_answer_is_unknown_and_not_tried_again(stub: LambdaStub) -> None:
    """Lambda may have accepted the event, so that sending it again could run the shard twice."""
    stub.script = lambda _: "silence"
    (outcome,) = dispatch(stub, 1, PATIENCE).values()
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert stub.tries[0] == 1


@pytest.mark.parametrize("way", WAYS)
def test_without_a_connection_nothing_was_sent(way: Way) -> None:
    """The invoker tries a refused connection again until the attempts are exhausted."""
    with LambdaStub(way) as stub:
        pass
    (outcome,) = dispatch(stub, 1).values()
    assert (outcome.kind, outcome.attempts) == (OutcomeKind.EXHAUSTED, QUICK.attempts)


def test_the_deadline_defers_the_rest(stub: LambdaStub) -> None:
    """The invoker begins no attempt once only the reserve is left, and defers the other shards."""
    clock = itertools.chain([100.0] * 40, itertools.repeat(QUICK.reserve))
    sweep = make_sweep(size=500, shards=500)
    outcomes = list(invoker_of(stub).dispatch(sweep, sweep.plan, lambda: next(clock)))
    kinds = Counter(outcome.kind for outcome in outcomes)
    assert kinds == {OutcomeKind.ACCEPTED: 40, OutcomeKind.DEFERRED: 460}
    assert len(stub.accepted) == 40


def test_what_is_sent_is_the_payload(stub: LambdaStub) -> None:
    """The invoker sends each payload of contract 3 to the function, as an asynchronous event."""
    sweep = make_sweep(size=20, shards=20)
    outcomes = list(invoker_of(stub).dispatch(sweep, sweep.plan, no_deadline))
    payloads = Payloads(sweep)
    assert stub.bodies == {shard.number: payloads.of(shard) for shard in sweep.plan}
    assert stub.kinds == {"Event"}
    assert stub.paths == {"/2015-03-31/functions/worker/invocations"}
    assert {outcome.generation for outcome in outcomes} == {0}


def test_an_outcome_is_of_the_generation_that_was_sent(stub: LambdaStub) -> None:
    """The payload and the outcome of a retried shard, and of one that is refused or deferred, have its generation."""
    stub.script = lambda payload: (404, "ResourceNotFoundException") if payload["shard"]["number"] >= 100 else None
    sweep = make_sweep(size=200, shards=200)
    shards = [replace(shard, generation=1 + shard.number % 3) for shard in sweep.plan]
    outcomes = list(invoker_of(stub).dispatch(sweep, shards, no_deadline))
    assert {outcome.kind for outcome in outcomes} == {
        OutcomeKind.ACCEPTED,
        OutcomeKind.REJECTED,
        OutcomeKind.DEFERRED,
    }
    generations = {shard.number: shard.generation for shard in shards}
    assert {outcome.shard: outcome.generation for outcome in outcomes} == generations
    sent = {payload["shard"]["number"]: payload["shard"]["generation"] for payload in stub.accepted}
    assert sent == {number: generations[number] for number in sent}


def test_connections_are_used_again(stub: LambdaStub) -> None:
    """For any number of shards, the invoker opens at most `concurrency` connections."""
    stub.latency = 0.002
    dispatch(stub, 400)
    assert stub.most_at_once <= QUICK.concurrency
    assert stub.connections <= QUICK.concurrency


def test_the_plan_is_read_no_further_ahead_than_needed(stub: LambdaStub) -> None:
    """The invoker reads at most twice the concurrency of shards before their outcomes."""
    sweep = make_sweep(size=1000, shards=1000)
    reads = itertools.count()
    outcomes = invoker_of(stub).dispatch(sweep, (shard for shard in sweep.plan if next(reads) >= 0), no_deadline)
    next(outcomes)
    assert next(reads) <= 2 * QUICK.concurrency + 1
    assert len(list(outcomes)) == 999


def test_the_deployed_client_leaves_retrying_to_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore makes one attempt, has a connection for each concurrent call, and ends it within the reserve."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    policy = DispatchPolicy(concurrency=48)
    config: Any = lambda_client(policy).meta.config  # botocore gives its options no types
    assert config.retries == {"total_max_attempts": 1, "mode": "standard"}
    assert config.max_pool_connections == 48
    assert config.tcp_keepalive is True
    assert config.connect_timeout + config.read_timeout < policy.reserve
