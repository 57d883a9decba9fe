"""Use case: say how far one sweep is, and nothing of its failures."""

from __future__ import annotations

from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.survey import Survey
from domain.dispatch_policy import Deadline
from domain.errors import InvalidSweep
from domain.progress import Progress
from domain.shard_map import ShardMap
from domain.sweep import SweepHead

MOST_CELLS = 10_000


@dataclass(frozen=True, slots=True)
class Following:
    """A sweep, how far it is, and the map of its shards."""

    head: SweepHead
    progress: Progress
    map: ShardMap


@dataclass(frozen=True, slots=True)
class FollowSweep:
    """Answers the question for state and counts, by one reading of the sweep's blocks."""

    ledger: Ledger
    survey: Survey

    def __call__(self, sweep_id: str, cells: int, deadline: Deadline) -> Following:
        """Return the progress of one sweep, with a map of at most `cells` (1 to 10,000) cells.

        Raises `SweepNotFound`, and `InvalidSweep` for another number of cells.
        """
        if not 1 <= cells <= MOST_CELLS:
            raise InvalidSweep.at("cells", f"must be 1 to {MOST_CELLS}")
        history = self.ledger.within(deadline).history(sweep_id)
        shards = ShardMap.of(history, self.survey.since(), cells)
        return Following(history.head, self.survey.progress(history), shards)
