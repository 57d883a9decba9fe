"""What a sweep costs, its workers' time included: the examples of docs/deploy.md. Run: python -m benchmarks.bill.

`tests/contract/test_figures.py` asserts that the template's own limits let each example run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.costs import PER_INVOCATION, PER_READ_UNIT, PER_WRITE_UNIT, reads, writes

# USD, list prices of us-east-1 in November 2026.
PER_GB_SECOND = 0.0000133334  # on arm64
PER_PUT = 0.005e-3
# Seconds that are paid for before a new environment takes its first event, and how many of them an account may run.
COLD_START = 0.8
ENVIRONMENTS = 1_000
MB_A_GB = 1024
MILLION = 1e6
THOUSAND = 1e3


@dataclass(frozen=True, slots=True)
class Example:
    """A sweep: its points, the seconds that each takes, its shards, and a worker's memory in MB."""

    points: int
    seconds: float
    shards: int
    memory: int

    @property
    def shard_seconds(self) -> float:
        """How long a worker runs for one shard."""
        return self.points * self.seconds / self.shards

    @property
    def gigabytes(self) -> float:
        """A worker's memory in GB, as Lambda counts them."""
        return round(self.memory / MB_A_GB, 4)

    def bill(self) -> dict[str, tuple[str, float]]:
        """Return by what is paid for how its price is computed, and the price in USD."""
        a_second = f"{self.gigabytes} GB x {PER_GB_SECOND:.10f}"
        seconds, starts = self.points * self.seconds, min(self.shards, ENVIRONMENTS)
        written, read = writes(self.shards), reads(self.shards)
        units = (
            f"{written:,} write units x {PER_WRITE_UNIT * MILLION} per million, "
            f"{read:,} read units x {PER_READ_UNIT * MILLION} per million"
        )
        invocations, puts = f"{PER_INVOCATION * MILLION:.2f} per million", f"{PER_PUT * THOUSAND} per thousand"
        return {
            "Lambda's time": (f"{seconds:,.0f} s x {a_second}", self._runs(seconds)),
            f"cold starts, at most {ENVIRONMENTS:,} workers at once": (
                f"{starts:,} x {COLD_START} s x {a_second}",
                self._runs(starts * COLD_START),
            ),
            "Lambda's requests": (f"{self.shards:,} x {invocations}", self.shards * PER_INVOCATION),
            "the ledger": (units, written * PER_WRITE_UNIT + read * PER_READ_UNIT),
            "result objects": (f"{self.shards:,} PUTs x {puts}", self.shards * PER_PUT),
        }

    def total(self) -> float:
        """Return the price in USD."""
        return sum(price for _, price in self.bill().values())

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table."""
        yield from ("| | | USD |", "|---|---|---|")
        for name, (computed, price) in self.bill().items():
            yield f"| {name} | {computed} | {price:.4f} |"
        yield f"| **together** | | **{self.total():.2f}** |"

    def _runs(self, seconds: float) -> float:
        return seconds * self.gigabytes * PER_GB_SECOND


# A million points of a millisecond, and of a second, on workers of a whole processor.
SHORT = Example(points=1_000_000, seconds=0.001, shards=2_000, memory=1769)
LONG = Example(points=1_000_000, seconds=1.0, shards=10_000, memory=1769)

if __name__ == "__main__":
    for example in (SHORT, LONG):
        print("\n".join(example.lines()))
