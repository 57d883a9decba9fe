"""How long our invoker takes to hand over shards, beside a bare boto3 thread pool.

    python -m benchmarks.invoker [--shards 1000] [--rounds 5] [--faults]

Both send the same payloads to the same stub of Lambda's `Invoke`, which runs in a process of its own and takes 20 ms
for each answer, with as many threads and with clients that have as many connections. The rival is what people write by
hand: `ThreadPoolExecutor.map` over `client.invoke`, each response's payload read. Rounds are interleaved;
medians count. `--faults` shows instead what becomes of 2,000 shards on a bad day.
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
ON_A_BAD_DAY = 2000


def serve(pipe: Connection) -> None:
    """Run the stub until the other end says something."""
    with LambdaStub(LATENCY) as stub:
        pipe.send(stub.url)
        pipe.recv()


@contextmanager
def stub_process() -> Iterator[str]:
    """Run the stub in a process of its own, and give its address."""
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
    """Return a client that differs from the deployed one in its time-outs alone."""
    config = Config(
        max_pool_connections=policy.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=patience,
        read_timeout=patience,
        tcp_keepalive=True,
    )
    return SESSION.client("lambda", endpoint_url=url, config=config)


def bare(client: LambdaClient, sweep: Sweep) -> int:
    """Dispatch the sweep with a plain pool of threads; return how many shards were accepted."""
    payloads = Payloads(sweep)

    def invoke(payload: bytes) -> int:
        response = client.invoke(FunctionName="worker", InvocationType="Event", Payload=payload)
        response["Payload"].read()
        return response["StatusCode"]

    with ThreadPoolExecutor(POLICY.concurrency) as pool:
        return list(pool.map(invoke, map(payloads.of, sweep.plan))).count(202)


def ours(client: LambdaClient, sweep: Sweep) -> int:
    """Dispatch the sweep by our invoker; return how many shards were accepted."""
    outcomes = invoker(client, POLICY).dispatch(sweep, sweep.plan, no_deadline)
    return sum(outcome.kind is OutcomeKind.ACCEPTED for outcome in outcomes)


def invoker(client: LambdaClient, policy: DispatchPolicy) -> LambdaInvoker:
    """Return our invoker over a client."""
    return LambdaInvoker(Invocation(client, "worker"), policy, JsonLog("ERROR", "parent"))


def seconds(way: Callable[[LambdaClient, Sweep], int], url: str, sweep: Sweep) -> float:
    """Time one way, with a client of its own that has no connection yet; every shard has to be accepted."""
    client = make_client(url, POLICY, patience=10.0)
    start = time.perf_counter()
    accepted = way(client, sweep)
    elapsed = time.perf_counter() - start
    if accepted != sweep.plan.shards:
        raise RuntimeError(f"only {accepted} of {sweep.plan.shards} shards were accepted")
    return elapsed


def compare(shards: int, rounds: int) -> None:
    """Print the median of each way, and their ratio."""
    sweep = make_sweep(size=shards, shards=shards)
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    with stub_process() as url:
        for way in (bare, ours):  # not counted: imports and the first use of the service model
            seconds(way, url, sweep)
        for number in range(rounds):
            for way in (bare, ours) if number % 2 else (ours, bare):
                times[way.__name__].append(seconds(way, url, sweep))
    for name, taken in times.items():
        median = statistics.median(taken)
        print(
            f"{name:5} {median:6.3f} s  ({min(taken):.3f} to {max(taken):.3f}; {shards / median:,.0f} shards a second)"
        )
    ratio = statistics.median(times["ours"]) / statistics.median(times["bare"])
    print(f"ratio {ratio:6.3f}    (at most {LIMIT})")


def bad_day(seed: int = 1) -> None:
    """Print what became of 2,000 shards when 47 of 100 tries fail."""
    sweep = make_sweep(size=ON_A_BAD_DAY, shards=ON_A_BAD_DAY)
    with LambdaStub() as stub:
        stub.script = faults(seed)
        client = make_client(stub.url, QUICK, patience=0.5)  # the stub's silence is longer
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
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="Time the invoker beside a bare boto3 thread pool.")
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--faults", action="store_true")
    arguments = parser.parse_args()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("boto3", "botocore", "urllib3", "tenacity"))
    print(f"Python {platform.python_version()}, {libraries}; {POLICY.concurrency} at once, {LATENCY * 1000:.0f} ms")
    if arguments.faults:
        bad_day()
    else:
        compare(arguments.shards, arguments.rounds)


if __name__ == "__main__":
    main()
