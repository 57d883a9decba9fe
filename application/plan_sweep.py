"""Use case: say what a request would do here, without doing any of it."""

from __future__ import annotations

from dataclasses import dataclass

from application.documents.payload import Payloads
from application.ports.id_source import ID_LENGTH
from domain.limits import Limits
from domain.plan import Shard
from domain.request import SweepRequest
from domain.sweep import Sweep


@dataclass(frozen=True, slots=True)
class PlannedSweep:
    """A request that keeps within the limits here, its target filled in."""

    request: SweepRequest

    def payload(self, shard: Shard) -> bytes:
        """Return a shard's worker payload, with zeros where a submitted sweep has its own id.

        Raises `InvalidSweep` for a request without a target: no worker accepts such a payload.
        """
        self.request.require_target()
        return self._payloads().of(shard)

    def largest_payload(self) -> int:
        """Return the size of the largest worker payload, in bytes."""
        return self._payloads().largest()

    def _payloads(self) -> Payloads:
        return Payloads(Sweep(f"{self.request.name}-{'0' * ID_LENGTH}", "", "", self.request, 0.0))


@dataclass(frozen=True, slots=True)
class PlanSweep:
    """The one place that decides whether a request can be carried out here."""

    limits: Limits

    def __call__(self, request: SweepRequest) -> PlannedSweep:
        """Check everything that a submission checks; raises `InvalidSweep`."""
        planned = PlannedSweep(self.limits.admit(request))
        self.limits.check_payload(planned.largest_payload())
        return planned
