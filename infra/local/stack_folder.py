"""The folder of a stack, which keeps what later commands need to know of it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.local import aws_config
from infra.local.emulator import Emulator
from infra.local.process_group import ProcessGroup
from infra.local.workers import Workers

STACKS = Path(__file__).parent.parent.parent / ".stacks"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


class StackError(Exception):
    """The command cannot be carried out; the message says what to do."""


@dataclass(frozen=True, slots=True)
class StackFolder:
    """The folder of one stack, with a file for each thing that later commands need to know.

    process.json names the emulator's process, workers.json that of the workers; stack.json has what a client needs, and
    aws-config the same for AWS's clients.
    """

    path: Path

    @classmethod
    def of(cls, name: str) -> StackFolder:
        """Return the folder of a stack, which need not exist; raises `StackError` for what is no stack's name."""
        if not NAME.fullmatch(name):
            raise StackError(f"a stack's name is {NAME.pattern}, not {name!r}")
        return cls(STACKS / name)

    @property
    def exists(self) -> bool:
        """Whether there is, or was, such a stack."""
        return self.path.exists()

    @property
    def runs(self) -> bool:
        """Whether the stack is deployed and its emulator still runs."""
        return self.record is not None and self.emulator is not None and self.emulator.group.leads

    @property
    def emulator(self) -> Emulator | None:
        """The stack's emulator, which may have ended; None if none was started."""
        kept = _read(self.path / "process.json")
        return Emulator(ProcessGroup(**kept["group"]), kept["port"]) if kept else None

    @property
    def workers(self) -> Workers | None:
        """The server of the stack's workers, which may have ended; None if none was started."""
        kept = _read(self.path / "workers.json")
        return Workers(ProcessGroup(**kept["group"]), kept["port"], kept["function"]) if kept else None

    @property
    def record(self) -> dict[str, Any] | None:
        """All that a client needs to know, as `keep_record` wrote it; None if the stack was never deployed."""
        return _read(self.path / "stack.json")

    def keep_emulator(self, emulator: Emulator) -> None:
        """Write which process the emulator is."""
        _write(self.path / "process.json", json.dumps(asdict(emulator), indent=1))

    def keep_workers(self, workers: Workers) -> None:
        """Write which process runs the workers."""
        _write(self.path / "workers.json", json.dumps(asdict(workers), indent=1))

    def keep_record(self, record: dict[str, Any]) -> None:
        """Write all that a client needs to know, and again as AWS's clients read it."""
        _write(self.path / "stack.json", json.dumps(record, indent=1))
        _write(self.path / aws_config.CONFIG, aws_config.text_of(record))

    def remove(self) -> None:
        """Delete the folder, and with the last stack the folder of stacks."""
        shutil.rmtree(self.path)
        if not any(self.path.parent.iterdir()):
            self.path.parent.rmdir()


def _read(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _write(path: Path, text: str) -> None:
    # Set the mode before writing: the file holds a key that no other user may read.
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
