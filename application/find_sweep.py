"""Use case: find the sweep that a person means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.ports.ledger import Ledger
from application.ports.runs import Runs
from domain.errors import InvalidSweep, SweepNotFound
from domain.sweep import SweepHead

LATEST = "latest"
_A_PAGE = 1000
# So many of the sweeps that a text may mean are named.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class FindSweep:
    """Knows the four ways to say which sweep: its id, the beginning of its id, its name, or `latest`."""

    ledger: Ledger
    runs: Runs

    def __call__(self, text: str) -> SweepHead:
        """Return the sweep.

        A name stands for the sweep of that name which the last command dealt with, else for the newest of them;
        `latest` does so for all names. Raises `SweepNotFound`, and `InvalidSweep` for the beginning of several ids.
        """
        heads = list(self._heads())
        exact = [head for head in heads if head.id == text]
        named = [head for head in heads if text in {LATEST, _name(head)}]
        found = exact or self._latest_of(named) or [head for head in heads if text and head.id.startswith(text)]
        if not found:
            raise SweepNotFound(text)
        if len(found) > 1:
            ids = ", ".join(head.id for head in found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
            raise InvalidSweep.at(text, f"is the beginning of {len(found):,} ids; write more of one: {ids}")
        return found[0]

    def _latest_of(self, heads: list[SweepHead]) -> list[SweepHead]:
        """Return the one that the last command dealt with, else the newest; none of no heads."""
        latest = self.runs.latest() if heads else None
        return [head for head in heads if head.id == latest] or heads[:1]

    def _heads(self) -> Iterator[SweepHead]:
        after: str | None = None
        while True:
            page = self.ledger.heads(_A_PAGE, after)
            yield from page.heads
            after = page.next
            if after is None:
                return


def _name(head: SweepHead) -> str:
    """Return the name of a sweep, to which its id adds a hyphen and a random end."""
    return head.id.rpartition("-")[0]
