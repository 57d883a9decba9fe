"""What one deployment allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import InvalidSweep
from domain.request import SweepRequest


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds a request must keep within; `targets` is None where any target may run."""

    max_shards: int
    max_payload_bytes: int
    targets: frozenset[str] | None = None
    default_target: str | None = None

    def admit(self, request: SweepRequest) -> SweepRequest:
        """Return the request with its target filled in, if there is a default; raises `InvalidSweep`."""
        if request.plan.shards > self.max_shards:
            message = f"gives {request.plan.shards} shards, and at most {self.max_shards} are allowed here; use fewer"
            raise InvalidSweep.at("sharding", message)
        target = request.target or self.default_target
        if target is not None and self.targets is not None and target not in self.targets:
            message = f"is not allowed here; allowed are {', '.join(sorted(self.targets))}"
            raise InvalidSweep.at("target", message)
        return replace(request, target=target)

    def check_payload(self, size: int) -> None:
        """Refuse a worker payload, of so many bytes, that the platform would not carry."""
        if size > self.max_payload_bytes:
            message = f"a shard's payload would be {size} bytes, and at most {self.max_payload_bytes} are allowed"
            raise InvalidSweep.at("", f"{message}; use smaller constants, shorter value lists or more shards")
