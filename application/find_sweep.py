"""Use case: find the sweep that a person means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from application.list_sweeps import LARGEST_PAGE
from application.ports.id_source import ID_LENGTH
from application.ports.latest import Latest
from application.sweeps import Sweeps
from domain.dispatch_policy import Deadline
from domain.errors import DependencyUnavailable, InvalidSweep, SweepNotFound
from domain.sweep import SweepHead

LATEST = "latest"
# So many of the sweeps that a text may mean are named.
_NAMED = 5
_WHOLE_ID = re.compile(rf".+-[0-9a-v]{{{ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class FindSweep:
    """Knows the four ways to say which sweep: its id, the beginning of its id, its name, or `latest`."""

    sweeps: Sweeps
    latest: Latest

    def __call__(self, text: str, deadline: Deadline) -> SweepHead:
        """Return the sweep, which is the latest from now on.

        A name stands for the sweep of that name which the last command dealt with, else for the newest of them;
        `latest` does so for all names. Raises `InvalidSweep` for what means no sweep, or the beginning of several ids.
        """
        head = self._exact(text, deadline) or self._chosen(text, list(self._heads(deadline)))
        self.deal_with(head.id)
        return head

    def deal_with(self, sweep_id: str) -> None:
        """Let a sweep be the latest, such as one that was just submitted."""
        # Of a folder that only others may write to, a command still reads.
        with suppress(DependencyUnavailable):
            self.latest.deal_with(sweep_id)

    def _exact(self, text: str, deadline: Deadline) -> SweepHead | None:
        """Return the sweep with this id; it need not be looked for among all."""
        if _WHOLE_ID.fullmatch(text):
            with suppress(SweepNotFound):
                return self.sweeps.follow(text, 1, deadline).head
        return None

    def _chosen(self, text: str, heads: Sequence[SweepHead]) -> SweepHead:
        exact = [head for head in heads if head.id == text]
        named = [head for head in heads if text in {LATEST, _name(head)}]
        found = exact or self._latest_of(named) or [head for head in heads if text and head.id.startswith(text)]
        if not found:
            from difflib import get_close_matches  # noqa: PLC0415 - takes a moment to load, for a mistake alone

            close = get_close_matches(text, [head.id for head in heads] + [_name(head) for head in heads], n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise InvalidSweep.at(
                text, f"is no id, no beginning of an id and no name of a sweep{hint}; see: sweep list"
            )
        if len(found) > 1:
            ids = ", ".join(head.id for head in found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
            raise InvalidSweep.at(text, f"is the beginning of {len(found):,} ids; write more of one: {ids}")
        return found[0]

    def _latest_of(self, heads: list[SweepHead]) -> list[SweepHead]:
        """Return the one that the last command dealt with, else the newest; none of no heads."""
        latest = self.latest.latest() if heads else None
        return [head for head in heads if head.id == latest] or heads[:1]

    def _heads(self, deadline: Deadline) -> Iterator[SweepHead]:
        after: str | None = None
        while True:
            page = self.sweeps.list_sweeps(LARGEST_PAGE, after, deadline)
            yield from page.heads
            after = page.next
            if after is None:
                return


def _name(head: SweepHead) -> str:
    """Return the name of a sweep, to which its id adds a hyphen and a random end."""
    return head.id.rpartition("-")[0]
