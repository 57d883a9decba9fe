"""The script of faults: what becomes of each request and of each event, from a seed.

A fate depends on the seed, on what is asked for, and on how often that was asked before. It does not depend on the
order in which requests arrive, so that a seed leads to the same faults to the same shard, whichever process is faster.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

_BITS = 64
# The end of a sweep's id is random, as other ids are; the name before it is not.
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-v]{12}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Script:
    """A pure function from a seed and any key to chances."""

    seed: int

    def chance(self, *key: object) -> float:
        """Return a number in `[0, 1)` that is the same for the same key."""
        digest = blake2b(repr((self.seed, *key)).encode(), digest_size=_BITS // 8).digest()
        return int.from_bytes(digest) / float(1 << _BITS)

    def fate(self, rates: Mapping[T, float], *key: object) -> T | None:
        """Return one of the fates by its rate, or None."""
        chance = self.chance(*key)
        for fate, rate in rates.items():
            chance -= rate
            if chance < 0:
                return fate
        return None


class Occurrences:
    """Counts how often each thing was asked for; several threads may ask."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counter[tuple[object, ...]] = Counter()
        self._lock = Lock()

    def next(self, *key: object) -> int:
        """Return how often this was asked for before, and count once more."""
        with self._lock:
            self._counts[key] += 1
            return self._counts[key] - 1


def plain(text: str) -> str:
    """Return a text without what is random in ids."""
    return _ID.sub("*", text)
