"""The plan: the deterministic cut of a sweep into shards, each computed from its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from domain.errors import InvalidSweep

# The default policy. 256 shards keep every core of a laptop busy to the end and stay below an account's concurrency;
# 10,000 points keep a shard of a fast target short and its result object small, about 1 MB before compression.
DEFAULT_SHARDS = 256
DEFAULT_MAX_POINTS_PER_SHARD = 10_000


@dataclass(frozen=True, slots=True)
class MaxPointsPerShard:
    """As few shards as possible with at most so many points in each."""

    points: int

    def __post_init__(self) -> None:
        """Refuse shards without a point; raises `InvalidSweep`."""
        if self.points < 1:
            raise InvalidSweep.at("sharding.max_points_per_shard", "must be at least 1")


@dataclass(frozen=True, slots=True)
class ShardCount:
    """Exactly so many shards."""

    shards: int

    def __post_init__(self) -> None:
        """Refuse a plan without a shard."""
        if self.shards < 1:
            raise InvalidSweep.at("sharding.shards", "must be at least 1")


@dataclass(frozen=True, slots=True)
class DefaultSharding:
    """256 shards (one a point if there are fewer points), or more, so that none has more than 10,000 points."""


Sharding: TypeAlias = MaxPointsPerShard | ShardCount | DefaultSharding


@dataclass(frozen=True, slots=True)
class Shard:
    """The half-open range of indices `[start, stop)`, and its number in `0..shards-1`.

    `generation` counts how often the shard was dispatched anew after it had ended or was lost.
    """

    number: int
    start: int
    stop: int
    generation: int = 0

    @property
    def size(self) -> int:
        """How many points it holds, at least 1."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Plan:
    """`size` points in `shards` shards: disjoint, in order, together all of `0..size-1`, balanced within one point."""

    size: int
    shards: int

    def __post_init__(self) -> None:
        """Refuse a plan without shards, and more shards than points: a shard has at least one."""
        if self.shards < 1:
            raise InvalidSweep.at("sharding.shards", "must be at least 1")
        if self.shards > self.size:
            message = f"{self.shards} shards are more than the {self.size} points; ask for at most {self.size}"
            raise InvalidSweep.at("sharding.shards", message)

    def shard(self, number: int) -> Shard:
        """Return one shard in constant time; `IndexError` outside `0..shards-1`."""
        if not 0 <= number < self.shards:
            raise IndexError(f"no shard has the number {number}; there are {self.shards}")
        return Shard(number, number * self.size // self.shards, (number + 1) * self.size // self.shards)

    def size_of(self, number: int) -> int:
        """Return how many points the shard with a number in `0..shards-1` has."""
        return (number + 1) * self.size // self.shards - number * self.size // self.shards

    def shard_of(self, index: int) -> Shard:
        """Return the shard that holds a point; `IndexError` outside `0..size-1`."""
        if not 0 <= index < self.size:
            raise IndexError(f"no point has the index {index}; there are {self.size}")
        # The largest number whose start, floor(number * size / shards), is not beyond the index.
        return self.shard(((index + 1) * self.shards - 1) // self.size)

    def __iter__(self) -> Iterator[Shard]:
        """Return every shard in order, one at a time."""
        return map(self.shard, range(self.shards))

    @property
    def points_per_shard(self) -> tuple[int, int]:
        """The sizes of the smallest and of the largest shard; they differ by at most one."""
        return self.size // self.shards, -(-self.size // self.shards)


def make_plan(size: int, sharding: Sharding) -> Plan:
    """Return the plan of `size` points (at least 1); equal arguments return equal plans."""
    if isinstance(sharding, MaxPointsPerShard):
        return Plan(size, -(-size // sharding.points))
    if isinstance(sharding, ShardCount):
        return Plan(size, sharding.shards)
    return Plan(size, max(min(size, DEFAULT_SHARDS), -(-size // DEFAULT_MAX_POINTS_PER_SHARD)))
