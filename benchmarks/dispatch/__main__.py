"""Rate and processor time of dispatching shards: ours beside its rivals, or one invoker against a given endpoint.

    python -m benchmarks.dispatch [--rivals .venv-rivals] [--ways NAME ...] [--rounds 5] [--shards 200000]
    python -m benchmarks.dispatch --endpoint URL --ca FILE --shards N [--concurrency C] [--invoker NAME]

The second form signs with the environment's credentials, and its last line is JSON: `rate` (shards a second), `cpu_us`
(microseconds of processor, user and system, a shard) and `outcomes` (shards by kind).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.dispatch.job import Job, realistic_sweep
from benchmarks.dispatch.measurement import Measurement
from benchmarks.dispatch.ways import CONCURRENCY, DEFAULT, NAMES, way

# About ten seconds for our fastest: what a dispatch costs once, and a large one does not feel, is then a small part.
_SHARDS = 200_000


def main() -> None:
    """Measure one invoker, or compare all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="Lambda's address, or a stub's: https://127.0.0.1:4566")
    parser.add_argument("--ca", help="the authority that signed its certificate; default: the usual ones")
    parser.add_argument("--shards", type=int, default=_SHARDS)
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="requests in flight at most")
    parser.add_argument("--invoker", choices=NAMES, default=DEFAULT)
    parser.add_argument("--rivals", type=Path, help="an environment with the libraries of the rivals")
    parser.add_argument("--ways", nargs="+", choices=NAMES, default=NAMES, help="what is compared; default: all")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if asked.endpoint:
        print_one(asked)
        return
    from benchmarks.dispatch.comparison import compare  # noqa: PLC0415 - one measurement must not load it

    compare(asked.ways, asked.rivals, asked.shards, asked.rounds)


def print_one(asked: argparse.Namespace) -> None:
    """Measure one invoker, and print the measurement as a line of JSON."""
    job = Job(asked.endpoint.rstrip("/"), asked.ca or "", realistic_sweep(asked.shards), asked.concurrency)
    print(json.dumps(asdict(Measurement.of(way(asked.invoker), job))))


if __name__ == "__main__":
    main()
