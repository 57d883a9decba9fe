"""Seconds that our invoker needs to dispatch shards, compared with a bare boto3 thread pool.

    python -m benchmarks.invoker [--shards 1000] [--rounds 5] [--faults]

Both send the same payloads, with the same number of threads and connections, to a stub of Lambda's `Invoke`. The stub
runs in its own process and answers after 20 ms. The rival is a simple script: `ThreadPoolExecutor.map` over
`client.invoke`, which reads each response's payload. Rounds are interleaved, and the medians are compared. `--faults`
shows instead the outcomes of 2,000 shards where 47 of 100 requests fail.
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from botocore.config import Config

from adapters.aws.invocation import Invocation
from adapters.aws.lambda_invoker import LambdaInvoker
from adapters.aws.threaded_sender import ThreadedSender
from adapters.machine.json_log import JsonLog
from application.documents.payload import Payloads
from domain.dispatch import OutcomeKind
from domain.dispatch_policy import DispatchPolicy, no_deadline
from domain.sweep import Sweep
from tests.fakes.aws import SESSION
from tests.fakes.lambda_stub import QUICK, LambdaStub, faults
from tests.fakes.sweeps import make_sweep

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

LATENCY = 0.020
POLICY = DispatchPolicy()
LIMIT = 1.2
WITH_FAULTS = 2000


def serve(pipe: Connection) -> None:
    """Run the stub, send its address, and stop on the first message."""
    with LambdaStub(latency=LATENCY) as stub:
        pipe.send(stub.url)
        pipe.recv()


@contextmanager
def stub_process() -> Iterator[str]:
    """Run the stub in its own process and yield its address."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("enough")
        process.join()


def make_client(url: str, policy: DispatchPolicy, patience: float) -> LambdaClient:
    """Return a client that differs from the deployed one only in its timeouts."""
    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=patience,
        read_timeout=patience,
        tcp_keepalive=True,
    )
    return SESSION.client("lambda", endpoint_url=url, config=config)


def bare(client: LambdaClient, sweep: Sweep) -> int:
    """Dispatch the sweep with a plain thread pool, and return how many shards were accepted."""
    payloads = Payloads(sweep)

    def invoke(payload: bytes) -> int:
        response = client.invoke(FunctionName="worker", InvocationType="Event", Payload=payload)
        response["Payload"].read()
        return response["StatusCode"]

    with ThreadPoolExecutor(POLICY.concurrency) as pool:
        return list(pool.map(invoke, map(payloads.of, sweep.plan))).count(202)


def ours(client: LambdaClient, sweep: Sweep) -> int:
    """Dispatch the sweep with our invoker, and return how many shards were accepted."""
    outcomes = invoker(client, POLICY).dispatch(sweep, sweep.plan, no_deadline)
    return sum(outcome.kind is OutcomeKind.ACCEPTED for outcome in outcomes)


def invoker(client: LambdaClient, policy: DispatchPolicy) -> LambdaInvoker:
    """Return our invoker over a client."""
    return LambdaInvoker(ThreadedSender(Invocation(client, "worker"), policy, JsonLog("ERROR", "parent")))


def seconds(way: Callable[[LambdaClient, Sweep], int], url: str, sweep: Sweep) -> float:
    """Return the seconds of one way with a new client; raises `RuntimeError` unless every shard is accepted."""
    client = make_client(url, POLICY, patience=10.0)
    start = time.perf_counter()
    accepted = way(client, sweep)
    elapsed = time.perf_counter() - start
    if accepted != sweep.plan.shards:
        raise RuntimeError(f"only {accepted} of {sweep.plan.shards} shards were accepted")
    return elapsed


def compare(shards: int, rounds: int) -> None:
    """Print the median time of each way, and their ratio."""
    sweep = make_sweep(size=shards, shards=shards)
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    with stub_process() as url:
        for way in (bare, ours):  # not measured: imports and the first use of the service model
            seconds(way, url, sweep)
        for number in range(rounds):
            for way in (bare, ours) if number % 2 else (ours, bare):
                times[way.__name__].append(seconds(way, url, sweep))
    for name, runs in times.items():
        median = statistics.median(runs)
        print(f"{name:5} {median:6.3f} s  ({min(runs):.3f} to {max(runs):.3f}; {shards / median:,.0f} shards a second)")
    ratio = statistics.median(times["ours"]) / statistics.median(times["bare"])
    print(f"ratio {ratio:6.3f}    (at most {LIMIT})")


def dispatch_with_faults(seed: int = 1) -> None:
    """Print the outcomes of 2,000 shards where 47 of 100 requests fail."""
    sweep = make_sweep(size=WITH_FAULTS, shards=WITH_FAULTS)
    with LambdaStub() as stub:
        stub.script = faults(seed)
        client = make_client(stub.url, QUICK, patience=0.5)  # shorter than the stub's silence
        outcomes = list(invoker(client, QUICK).dispatch(sweep, sweep.plan, no_deadline))
        accepted = Counter(payload["shard"]["number"] for payload in stub.accepted)
    kinds = Counter(outcome.kind for outcome in outcomes)
    reasons = Counter(
        (outcome.kind, outcome.reason) for outcome in outcomes if outcome.kind is not OutcomeKind.ACCEPTED
    )
    for kind in OutcomeKind:
        print(f"{kind:10} {kinds[kind]:6}")
    for (kind, reason), times in sorted(reasons.items()):
        print(f"  {kind}: {reason} {times}")
    print(f"shards {len({outcome.shard for outcome in outcomes})}, tries {stub.tries.total()}")
    print(f"accepted by the stub {len(accepted)}, twice {sum(times > 1 for times in accepted.values())}")


def main() -> None:
    """Compare the two ways, or dispatch with faults."""
    parser = argparse.ArgumentParser(description="Time the invoker beside a bare boto3 thread pool.")
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--faults", action="store_true")
    arguments = parser.parse_args()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("boto3", "botocore", "urllib3", "tenacity"))
    print(f"Python {platform.python_version()}, {libraries}; {POLICY.concurrency} at once, {LATENCY * 1000:.0f} ms")
    if arguments.faults:
        dispatch_with_faults()
    else:
        compare(arguments.shards, arguments.rounds)


if __name__ == "__main__":
    main()
