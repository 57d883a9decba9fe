"""What one deployment allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import InvalidSweep
from domain.plan import Plan
from domain.request import SweepRequest

_READABLE = 10**15


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds a request must keep within; `targets` is None where any target may run."""

    max_shards: int
    max_payload_bytes: int
    targets: frozenset[str] | None = None
    default_target: str | None = None
    # A worker evaluates a shard within its time, and packs the results in its memory.
    max_points_per_shard: int = 1_000_000

    def admit(self, request: SweepRequest) -> SweepRequest:
        """Return the request with its target filled in, if there is a default; raises `InvalidSweep`."""
        if request.plan.shards > self.max_shards:
            shards = _rounded(request.plan.shards)
            message = f"gives {shards} shards, and at most {self.max_shards:,} are allowed here; use fewer"
            raise InvalidSweep.at("sharding", message)
        self._check_points(request.plan)
        target = request.target or self.default_target
        if target is not None and self.targets is not None and target not in self.targets:
            message = f"is not allowed here; allowed are {', '.join(sorted(self.targets))}"
            raise InvalidSweep.at("target", message)
        return replace(request, target=target)

    def _check_points(self, plan: Plan) -> None:
        most = plan.points_per_shard[1]
        if most <= self.max_points_per_shard:
            return
        needed = -(-plan.size // self.max_points_per_shard)
        message = f"gives shards of {_rounded(most)} points, and at most {self.max_points_per_shard:,} are allowed here"
        if needed <= self.max_shards:
            raise InvalidSweep.at("sharding", f"{message}; ask for at least {needed:,} shards")
        largest = _rounded(self.max_shards * self.max_points_per_shard)
        raise InvalidSweep.at("sharding", f"{message}; a sweep can have {largest} points here: use fewer values")

    def check_payload(self, size: int) -> None:
        """Refuse a worker payload, of so many bytes, that the platform would not carry."""
        if size > self.max_payload_bytes:
            message = f"a shard's payload would be {size} bytes, and at most {self.max_payload_bytes} are allowed"
            raise InvalidSweep.at("", f"{message}; use smaller constants, shorter value lists or more shards")


def _rounded(count: int) -> str:
    """Return a count for people: in full, or as a power of ten where it is very large."""
    return f"{count:,}" if count < _READABLE else f"about 10^{len(str(count)) - 1}"
