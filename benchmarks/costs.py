"""What a sweep costs beside its workers' time and the PUTs of its result objects. Run: python -m benchmarks.costs.

The units of a shard and of a block are those that `tests/contract/test_costs_page.py` measures.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.places import BLOCK_SHARDS

# USD, list prices of us-east-1 in November 2026.
PER_WRITE_UNIT = 0.625e-6
PER_READ_UNIT = 0.125e-6
PER_INVOCATION = 0.20e-6
PER_TRANSITION = 25e-6  # of a standard state machine

WRITES_A_SHARD = 1  # to mark it done
READS_A_SHARD = 1  # its block and the gate, half a unit each, before it starts
WRITES_A_BLOCK = 2  # to claim it, and to record what became of its shards
READS_A_BLOCK = 1  # after the claim: is the sweep cancelled?

SIZES = (10_000, 100_000, 1_000_000)


def costs(shards: int) -> dict[str, tuple[float, float]]:
    """Return by what is paid for how many units a sweep of so many shards takes, and their price in USD."""
    blocks = _blocks(shards)
    units = {
        "invocations of workers": (shards, PER_INVOCATION),
        "write units: shards marked done": (shards * WRITES_A_SHARD, PER_WRITE_UNIT),
        "read units: a look before each shard": (shards * READS_A_SHARD, PER_READ_UNIT),
        "write units: blocks claimed and recorded": (blocks * WRITES_A_BLOCK, PER_WRITE_UNIT),
        "read units: a look after each claim": (blocks * READS_A_BLOCK, PER_READ_UNIT),
    }
    return {name: (count, count * price) for name, (count, price) in units.items()}


def writes(shards: int) -> int:
    """Return how many write units a sweep of so many shards takes."""
    return shards * WRITES_A_SHARD + _blocks(shards) * WRITES_A_BLOCK


def reads(shards: int) -> int:
    """Return how many read units a sweep of so many shards takes."""
    return shards * READS_A_SHARD + _blocks(shards) * READS_A_BLOCK


def _blocks(shards: int) -> int:
    return -(-shards // BLOCK_SHARDS)


def total(shards: int) -> float:
    """Return the price of a sweep of so many shards, in USD."""
    return sum(price for _, price in costs(shards).values())


def table() -> Iterator[str]:
    """Yield the lines of the table in docs/costs.md."""
    yield "| | " + " | ".join(f"{shards:,} shards" for shards in SIZES) + " |"
    yield "|---|" + "---|" * len(SIZES)
    for name in costs(SIZES[0]):
        cells = (costs(shards)[name] for shards in SIZES)
        yield f"| {name} | " + " | ".join(f"{count:,.0f}: {price:.4f}" for count, price in cells) + " |"
    yield "| **together, USD** | " + " | ".join(f"**{total(shards):.4f}**" for shards in SIZES) + " |"
    transitions = " | ".join(f"{shards * PER_TRANSITION:.2f}" for shards in SIZES)
    yield f"| Step Functions, one transition a shard | {transitions} |"


if __name__ == "__main__":
    print("\n".join(table()))
