"""A place whose sweeps are in memory and run at once, as a stack's would by and by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.machine.key_files import KeyFiles
from application.documents.result_keys import object_name
from application.find_sweep import FindSweep
from application.on_done import OnDone
from application.place import Place
from application.ports.kept_functions import KeptFunctions
from application.ports.target_loader import Target
from application.submit_once import SubmitOnce
from domain.dispatch_policy import Deadline
from tests.fakes.desk import Laptop
from tests.fakes.result_store import MemoryResults


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """A `ResultFiles` that writes the objects of a store into a folder."""

    folder: Path
    objects: MemoryResults

    def fetch(self, sweep_id: str, on_fetched: OnDone, deadline: Deadline) -> Sequence[str]:
        """Write the sweep's objects, and return their paths."""
        found = sorted(shard for sweep, shard in self.objects.objects if sweep == sweep_id)
        paths = [self.folder / object_name(shard) for shard in found]
        for number, (path, shard) in enumerate(zip(paths, found, strict=True), 1):
            path.write_bytes(self.objects.objects[sweep_id, shard])
            on_fetched(number, len(paths))
        return list(map(str, paths))


class NamedFunctions:
    """A `KeptFunctions` that keeps the functions in a list."""

    def __init__(self) -> None:
        """Start empty."""
        self.kept: list[Target] = []

    def keep(self, function: Target) -> str:
        """Keep a function, whose name is its place in the list."""
        self.kept.append(function)
        return f"__main__.code_{len(self.kept)}:f"


def memory_place(laptop: Laptop, folder: Path, functions: KeptFunctions | None = None) -> Place:
    """Return the place of the laptop's sweeps; their results are fetched into the folder."""
    if not isinstance(laptop.results, MemoryResults):
        raise TypeError("the results are not in memory")
    return Place(
        "the stack lab",
        ("--stack", "lab"),
        laptop.sweeps,
        SubmitOnce(laptop.submit, KeyFiles(folder / "pending")),
        FindSweep(laptop.sweeps, laptop.runs),
        FetchedFiles(folder, laptop.results),
        functions=functions,
    )
