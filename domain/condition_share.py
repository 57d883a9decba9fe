"""How many points satisfy a request's condition: an estimate from a few of them, spread evenly over the indices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.plan import Plan
from domain.request import SweepRequest
from domain.sequences.keyed_hash import row_words

MOST_LOOKED_AT = 1_000
_PURPOSE = "where sample"
# Of two words one number below 2^128: even in a very long stratum, all indices are as likely as they need to be.
_WORDS, _WORD = 2, 1 << 64


@dataclass(frozen=True, slots=True)
class ConditionShare:
    """Of so many points that were looked at, how many satisfy the condition, and at how many it has no answer."""

    looked_at: int
    satisfying: int
    undecided: int
    size: int  # of the sweep

    @classmethod
    def of(cls, request: SweepRequest) -> ConditionShare | None:
        """Look at 1,000 points of a request, always the same, or at all if it has fewer; None without a condition."""
        if request.where is None:
            return None
        size = request.plan.size
        indices = list(_spread(size))
        names = request.design.names
        points = map(request.design.point, indices)
        verdicts = list(request.where.verdicts(names, (tuple(map(point.get, names)) for point in points)))
        undecided = sum(not isinstance(verdict, bool) for verdict in verdicts)
        return cls(len(indices), sum(verdict is True for verdict in verdicts), undecided, size)

    @property
    def share(self) -> float:
        """The share of the points that satisfy the condition, among those that were looked at."""
        return self.satisfying / self.looked_at

    @property
    def is_exact(self) -> bool:
        """Whether all points were looked at."""
        return self.looked_at == self.size


def _spread(size: int) -> Iterator[int]:
    """Yield the indices: one in each of as many strata, at a place from a hash.

    Equal steps would meet the same levels of an axis again and again.
    """
    strata = Plan(size, min(size, MOST_LOOKED_AT))
    for stratum in strata:
        high, low = row_words(0, _PURPOSE, stratum.number, _WORDS)
        yield stratum.start + (high * _WORD + low) % stratum.size
