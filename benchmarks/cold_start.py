"""Seconds until a new process of a function answers its first event, and its second.

    python -m benchmarks.cold_start [--rounds 5]

The bundle of a local stack runs under AWS's runtime interface emulator, with the real runtime client. The first answer
includes starting Python, importing the bundle, making AWS clients and calling the emulated table. On Lambda, a function
with less than 1,769 MB has a smaller share of a processor than here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from infra.local.runtime import Runtime
from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.recorder import Recorder
from tests.e2e.deployed.stacks import bring_up, new_name, take_down


def events(cloud: Cloud) -> dict[str, Any]:
    """Return an event for each function, by the function's name, that it answers by reading the table."""
    document = {"name": "cold", "parameters": {"x": [1], "y": [1]}}
    with Recorder() as recorder, cloud.workers_at(recorder.url):
        sweep_id = cloud.submit(document).document["sweep_id"]
        recorder.wait_for(sweep_id, 1)
    (payload,) = recorder.payloads_of(sweep_id)
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 3}
    record = {"messageId": "m", "body": json.dumps({"requestContext": context, "requestPayload": payload})}
    return {
        "Parent": {"httpMethod": "GET", "resource": "/sweeps/{id}", "pathParameters": {"id": sweep_id}},
        "Worker": payload,
        "Undelivered": {"Records": [record]},
    }


def measure(cloud: Cloud, function: str, event: object, folder: Path) -> tuple[float, float]:
    """Return the seconds of the first and of the second answer of a new process."""
    runtime = Runtime.start(cloud.function(function), folder / f"{function}.log")
    try:
        began = time.perf_counter()
        answer = runtime.invoke(json.dumps(event).encode())
        first = time.perf_counter()
        if b"errorType" in answer:
            raise SystemExit(f"{function} failed: {answer!r}")
        again = time.perf_counter()
        runtime.invoke(json.dumps(event).encode())
        return first - began, time.perf_counter() - again
    finally:
        runtime.stop()


def main() -> None:
    """Start a stack, measure each function, and stop the stack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    name = new_name()
    try:
        cloud = bring_up(name)
        with tempfile.TemporaryDirectory() as folder:
            for function, event in events(cloud).items():
                first, second = zip(
                    *(measure(cloud, function, event, Path(folder)) for _ in range(rounds)), strict=True
                )
                cold, warm = statistics.median(first), statistics.median(second)
                print(f"{function:12}first answer {cold:.2f} s, second {warm * 1000:.0f} ms", flush=True)
        cloud.close()
    finally:
        take_down(name)


if __name__ == "__main__":
    main()
