"""Use case: audit the results of a sweep, trusting only its request and the result objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from application.audit_object import audit_object
from application.documents.result_keys import shard_of
from application.ports.result_objects import ResultObjects
from domain.audit import Audit, Flaw
from domain.designs.judged import Judged
from domain.request import SweepRequest

# Called with the number of each shard that is not whole, and the version of its object: its SHA-256; None without one.
OnBad: TypeAlias = Callable[[int, str | None], None]
# Called with how many of the plan's shards have been audited.
OnShard: TypeAlias = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class VerifySweep:
    """Reads one object after the other, and keeps none."""

    objects: ResultObjects

    def __call__(self, request: SweepRequest, paths: Sequence[str], on_shard: OnShard, on_bad: OnBad) -> Audit:
        """Return what is wrong with the result objects at these paths, which are in the order of their shards.

        Raises `DependencyUnavailable` for an object that this machine may not read.
        """
        plan, audit = request.plan, Audit(request.plan)
        points = Judged(request.design, request.where)
        expected = 0
        for shard, path in _shards(paths):
            if shard >= plan.shards:
                audit.add(Flaw.NO_SHARD, shard)
                continue
            body = self.objects.read(path)
            if body is None:
                continue
            _skip(audit, expected, shard, on_bad)
            if not audit_object(audit, plan.shard(shard), points, body):
                on_bad(shard, hashlib.sha256(body).hexdigest())
            expected = shard + 1
            on_shard(expected)
        _skip(audit, expected, plan.shards, on_bad)
        on_shard(plan.shards)
        return audit


def _shards(paths: Sequence[str]) -> Iterator[tuple[int, str]]:
    for path in paths:
        shard = shard_of(path.rpartition("/")[2])
        if shard is not None:
            yield shard, path


def _skip(audit: Audit, start: int, stop: int, on_bad: OnBad) -> None:
    """Note that the shards `start..stop-1` have no object."""
    if start < stop:
        audit.add(Flaw.NO_OBJECT, start, stop)
    for shard in range(start, stop):
        on_bad(shard, None)
