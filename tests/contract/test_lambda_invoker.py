"""What is special about handing shards to Lambda: error codes, retries, deadlines, connections and faults."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
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
from tests.fakes.lambda_stub import PATIENCE, QUICK, LambdaStub, faults, invoker_of
from tests.fakes.sweeps import make_sweep


@pytest.fixture
def stub() -> Iterator[LambdaStub]:
    """Yield a stub that accepts everything."""
    with LambdaStub() as stub:
        yield stub


def dispatch(stub: LambdaStub, shards: int, patience: float = 30.0) -> dict[int, Outcome]:
    """Dispatch so many shards and return their outcomes by number; each has exactly one."""
    sweep = make_sweep(size=shards, shards=shards)
    outcomes = list(invoker_of(stub, patience=patience).dispatch(sweep, sweep.plan, no_deadline))
    assert sorted(outcome.shard for outcome in outcomes) == list(range(shards))
    return {outcome.shard: outcome for outcome in outcomes}


@pytest.mark.one_python
@pytest.mark.parametrize("seed", [1, 2])
def test_on_a_bad_day_every_shard_is_accounted_for(stub: LambdaStub, seed: int) -> None:
    """Of 2,000 shards none is lost, and none is accepted twice but where its outcome was unknown."""
    stub.script = faults(seed)
    outcomes = dispatch(stub, 2000, PATIENCE)
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    accepted = Counter(payload["shard"]["number"] for payload in stub.accepted)
    assert [number for number, times in accepted.items() if times > 1] == []
    sure = {number for number, outcome in outcomes.items() if outcome.kind is OutcomeKind.ACCEPTED}
    possible = {number for number, outcome in outcomes.items() if outcome.may_run}
    assert sure <= set(accepted) <= possible
    assert kinds[OutcomeKind.ACCEPTED] > 1700
    assert 0 < kinds[OutcomeKind.UNKNOWN] < 300
    assert kinds.total() == 2000


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_error_code_means_what_the_table_says(stub: LambdaStub, code: str) -> None:
    """One failing answer, whose status alone would stop the dispatch: what may pass is tried again and accepted."""
    first = itertools.chain([(400, code)], itertools.repeat(None))
    stub.script = lambda _: next(first)
    (outcome,) = dispatch(stub, 1).values()
    verdict, reason = BY_CODE[code]
    if verdict is Verdict.RETRY:
        assert (outcome.kind, outcome.attempts) == (OutcomeKind.ACCEPTED, 2)
    else:
        assert (outcome.kind, outcome.reason, outcome.attempts) == (FINAL[verdict], reason, 1)


def test_the_table_knows_every_error_of_the_service_model() -> None:
    """Botocore's own model of Invoke lists no error that the table leaves to chance."""
    model = botocore.session.get_session().get_service_model("lambda").operation_model("Invoke")
    assert {shape.name for shape in model.error_shapes} - set(BY_CODE) == set()


def test_the_table_agrees_with_botocore_on_what_is_throttling() -> None:
    """Every code after which botocore itself would try again, were it allowed to, is tried again."""
    throttled: Any = ThrottledRetryableChecker
    transient: Any = TransientRetryableChecker
    known = throttled._THROTTLED_ERROR_CODES + transient._TRANSIENT_ERROR_CODES
    assert known
    assert {code for code in known if code not in BY_CODE or BY_CODE[code][0] is not Verdict.RETRY} == set()


@pytest.mark.one_python
@pytest.mark.parametrize("status", [413, 418])
def test_too_large_is_one_shards_fault_and_any_other_refusal_everybodys(stub: LambdaStub, status: int) -> None:
    """After 413 the other shards go on; after a refusal that nobody knows they are deferred."""
    stub.script = lambda payload: (status, "NeverHeardOfException") if payload["shard"]["number"] == 0 else None
    outcomes = dispatch(stub, 3000)
    assert outcomes[0].kind is OutcomeKind.REJECTED
    deferred = any(outcome.kind is OutcomeKind.DEFERRED for outcome in outcomes.values())
    assert deferred == (status != 413)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_code_that_nobody_knows_is_judged_by_its_status(stub: LambdaStub, status: int) -> None:
    """Too many requests and server errors may pass."""
    first = itertools.chain([(status, "NeverHeardOfException")], itertools.repeat(None))
    stub.script = lambda _: next(first)
    assert dispatch(stub, 1)[0].kind is OutcomeKind.ACCEPTED


def test_an_error_of_the_function_itself_stops_everything(stub: LambdaStub) -> None:
    """A function that is not there is not asked for ten thousand times; the rest is deferred, and says why."""
    stub.script = lambda _: (404, "ResourceNotFoundException")
    outcomes = dispatch(stub, 10_000)
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    assert stub.tries.total() <= QUICK.concurrency
    assert kinds[OutcomeKind.REJECTED] == stub.tries.total()
    assert kinds[OutcomeKind.DEFERRED] == 10_000 - stub.tries.total()
    assert {outcome.reason for outcome in outcomes.values()} == {Reason.FUNCTION_NOT_FOUND}


def test_a_shard_that_never_passes_is_exhausted(stub: LambdaStub) -> None:
    """So many attempts as the policy has, and no more."""
    stub.script = lambda payload: (429, "TooManyRequestsException") if payload["shard"]["number"] == 3 else None
    outcomes = dispatch(stub, 6)
    assert stub.tries[3] == QUICK.attempts
    assert (outcomes[3].kind, outcomes[3].attempts) == (OutcomeKind.EXHAUSTED, QUICK.attempts)
    assert [outcome.kind for number, outcome in outcomes.items() if number != 3] == [OutcomeKind.ACCEPTED] * 5


def test_silence_after_sending_is_unknown_and_not_tried_again(stub: LambdaStub) -> None:
    """The event may have been taken: sending it again could run the shard twice."""
    stub.script = lambda _: "silence"
    (outcome,) = dispatch(stub, 1, PATIENCE).values()
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert stub.tries[0] == 1


def test_without_a_connection_nothing_was_sent() -> None:
    """A refused connection is tried again until the attempts are used up."""
    with LambdaStub() as stub:
        pass
    (outcome,) = dispatch(stub, 1).values()
    assert (outcome.kind, outcome.attempts) == (OutcomeKind.EXHAUSTED, QUICK.attempts)


def test_the_deadline_defers_the_rest(stub: LambdaStub) -> None:
    """Once only the reserve is left no attempt begins: what has not been tried is deferred."""
    clock = itertools.chain([100.0] * 40, itertools.repeat(QUICK.reserve))
    sweep = make_sweep(size=500, shards=500)
    outcomes = list(invoker_of(stub).dispatch(sweep, sweep.plan, lambda: next(clock)))
    kinds = Counter(outcome.kind for outcome in outcomes)
    assert kinds == {OutcomeKind.ACCEPTED: 40, OutcomeKind.DEFERRED: 460}
    assert len(stub.accepted) == 40


def test_what_is_sent_is_the_payload(stub: LambdaStub) -> None:
    """Each event is an asynchronous one, to the function, with the very bytes of contract 3."""
    sweep = make_sweep(size=20, shards=20)
    outcomes = list(invoker_of(stub).dispatch(sweep, sweep.plan, no_deadline))
    payloads = Payloads(sweep)
    assert stub.bodies == {shard.number: payloads.of(shard) for shard in sweep.plan}
    assert stub.kinds == {"Event"}
    assert stub.paths == {"/2015-03-31/functions/worker/invocations"}
    assert all(re.fullmatch("[0-9a-f-]{36}", outcome.request_id) for outcome in outcomes)


def test_connections_are_used_again(stub: LambdaStub) -> None:
    """However many shards, no more than `concurrency` at once, over as many connections."""
    stub.latency = 0.002
    dispatch(stub, 400)
    assert stub.most_at_once <= QUICK.concurrency
    assert stub.connections <= QUICK.concurrency


def test_the_plan_is_read_no_further_ahead_than_needed(stub: LambdaStub) -> None:
    """A hundred thousand shards are not held at once: at most twice the concurrency waits for its outcome."""
    sweep = make_sweep(size=1000, shards=1000)
    taken = itertools.count()
    outcomes = invoker_of(stub).dispatch(sweep, (shard for shard in sweep.plan if next(taken) >= 0), no_deadline)
    next(outcomes)
    assert next(taken) <= 2 * QUICK.concurrency + 1
    assert len(list(outcomes)) == 999


def test_the_deployed_client_leaves_retrying_to_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One attempt in total, a connection for each call at once, and an attempt that ends within the reserve."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    policy = DispatchPolicy(concurrency=48)
    config: Any = lambda_client(policy).meta.config  # botocore gives its options no types
    assert config.retries == {"total_max_attempts": 1, "mode": "standard"}
    assert config.max_pool_connections == 48
    assert config.tcp_keepalive is True
    assert config.connect_timeout + config.read_timeout < policy.reserve
