"""The shard that a document names: the least that is read of an event, also of one that is no payload."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeGuard

from domain.space.names import SWEEP_ID

# No sweep has so many shards, and no shard so many generations.
_BEYOND_ANY = 10**9


@dataclass(frozen=True, slots=True)
class NamedShard:
    """The sweep, the number and the generation of a shard."""

    sweep_id: str
    number: int
    generation: int


def named_shard(document: object) -> NamedShard | None:
    """Return the shard that a document names, which need not be a payload; None if it names none.

    A generation that makes no sense counts as the first.
    """
    match document:
        case {"sweep_id": str(sweep_id), "shard": {"number": number, **shard}}:
            if _is_count(number) and re.fullmatch(SWEEP_ID, sweep_id):
                generation = shard.get("generation", 0)
                return NamedShard(sweep_id, number, generation if _is_count(generation) else 0)
    return None


def _is_count(value: object) -> TypeGuard[int]:
    # In Python true is an integer.
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _BEYOND_ANY
