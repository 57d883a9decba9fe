"""The long form: round after round, each with a seed of its own. Run: python -m tests.e2e.chaos --minutes 10.

A seed fixes the sweeps, the orders of their callers, and the fate of each request and event: by what it
asks for, and by how often that came before. Which process meets with a fate, how many requests it takes until then, and
what runs beside it, depends on how the machine runs the processes.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.e2e.chaos.round_of_faults import Report, Size, play
from tests.e2e.chaos.script import Script
from tests.e2e.chaos.world import world
from tests.fakes.functions import FUNCTIONS

_SIZE = Size(sweeps=24, largest=600, usual=300)
# Every so manieth round has a sweep of more shards than one dispatcher sends.
_LARGE, _EVERY = 5000, 4
_SEEDS = 2**31


def main() -> int:
    """Play rounds for so many minutes, print the figures of each, and return 1 if an audit found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(_SEEDS), help="the seed of the first round")
    parser.add_argument("--sweeps", type=int, default=_SIZE.sweeps, help="how many sweeps a round has")
    parser.add_argument("--largest", type=int, default=_SIZE.largest, help="how many shards the first of them has")
    options = parser.parse_args()
    ends = time.monotonic() + options.minutes * 60
    total: Counter[str] = Counter()
    rounds = findings = 0
    while not rounds or time.monotonic() < ends:
        largest = max(options.largest, _LARGE if rounds % _EVERY == _EVERY - 1 else 0)
        report = one_round(options.seed + rounds, Size(options.sweeps, largest, options.largest // 2))
        show(report)
        total += report.counts
        rounds, findings = rounds + 1, findings + len(report.findings)
    print(f"\n{rounds} rounds, {findings} findings; {figures(total)}")  # noqa: T201 - what the command is for
    for what, count in sorted(total.items()):
        print(f"  {count:>9,} {what}")  # noqa: T201 - likewise
    return int(findings > 0)


def one_round(seed: int, size: Size) -> Report:
    """Play one round in a deployment of its own."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, world(Script(seed), Path(folder)) as deployment:
        return play(deployment, seed, size)


def show(report: Report) -> None:
    """Print a round in a line, and what the audit found."""
    verdict = f"{len(report.findings)} findings" if report.findings else "audit passed"
    took = f"{report.seconds:.0f} s, answers {dict(sorted(report.answers.items()))}"
    print(f"seed {report.seed}: {verdict}; {figures(report.counts)}; {took}", flush=True)  # noqa: T201 - likewise
    for finding in report.findings:
        print(f"  {finding}", flush=True)  # noqa: T201 - likewise


def figures(counts: Counter[str]) -> str:
    """Return how many shards were dispatched, how often each function was killed, and how many faults there were."""
    dispatches = counts["dispatches of worker"]
    kills = ", ".join(f"{one.name} {counts[f'{one.name} dead: killed']}" for one in FUNCTIONS)
    faults = sum(count for what, count in counts.items() if ": " in what)
    return f"{dispatches:,} dispatches, killed: {kills}; {faults:,} faults"


if __name__ == "__main__":
    sys.exit(main())
