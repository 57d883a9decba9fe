"""The runs: which sweeps the commands of one machine dealt with, and from what sources each run was started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from application.ports.latest import Latest


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a sweep: the digest of its request, and by name the digests of the target's sources.

    A source that differed between the runs of the sweep has an empty digest. The target is imported from
    `import_paths` first; `started_in` was the current folder, empty where it is not known.
    """

    sweep_id: str
    digest: str
    sources: Mapping[str, str]
    import_paths: Sequence[str] = ()
    started_in: str = ""


class Runs(Latest, Protocol):
    """Remembers the commands of one folder; raises `DependencyUnavailable`."""

    def begin(self, run: Run) -> None:
        """Remember a run that begins; its sweep is the latest then."""
        ...

    def of(self, sweep_id: str) -> Run | None:
        """Return the last run of a sweep, or None."""
        ...

    def last_of(self, digest: str) -> Run | None:
        """Return the last run of a request with this digest, or None."""
        ...
