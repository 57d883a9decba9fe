"""What a command line says of a sweep, as it was typed."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.space.names import TARGET_NAME


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command line says of the sweep: `what` is a file or a target, the rest is as the options have it."""

    what: str
    parameters: Sequence[str] = ()
    constants: Sequence[str] = ()
    shards: int | None = None
    target: str | None = None
    name: str | None = None
    save: Path | None = None
    replicates: int | None = None
    order: str | None = None
    where: str | None = None
    design: str | None = None
    points: int | None = None
    points_file: Path | None = None
    seed: int | None = None
    extend: str | None = None

    def with_condition(self, where: str | None) -> Asked:
        """Return the same with a condition that points must satisfy, if there is one."""
        return self if where is None else replace(self, where=where)

    def extending(self, earlier: str | None) -> Asked:
        """Return the same as an extension of an earlier sweep, if there is one."""
        return self if earlier is None else replace(self, extend=earlier)

    @property
    def file(self) -> Path | None:
        """The sweep file; None where a function is named instead."""
        return None if re.fullmatch(TARGET_NAME, self.what) and not Path(self.what).exists() else Path(self.what)

    @property
    def points_folder(self) -> Path:
        """The folder that a relative path of a file of points starts from: that of the sweep file which names it."""
        return self.file.parent if self.file and self.points_file is None else Path()

    @property
    def import_paths(self) -> list[str]:
        """The folders in which to look for the target first: the current one, and that of the file."""
        folder = self.file.resolve().parent if self.file else Path.cwd()
        return list(dict.fromkeys((os.fspath(Path.cwd()), os.fspath(folder))))

    @property
    def numbers(self) -> dict[str, int]:
        """The options of a sampled design that are numbers, as a document has them."""
        said = {"points": self.points, "seed": self.seed}
        return {key: value for key, value in said.items() if value is not None}

    @property
    def words(self) -> list[str]:
        """What a command line says beside `what`, so that the command can be shown; `--save` need not be repeated."""
        given = [("-p", text) for text in self.parameters] + [("-c", text) for text in self.constants]
        given += [("--design", self.design)] if self.design else []
        given += [(f"--{key}", str(value)) for key, value in self.numbers.items()]
        given += [("--points-file", str(self.points_file))] if self.points_file else []
        given += [("--replicates", str(self.replicates))] if self.replicates else []
        given += [("--shards", str(self.shards))] if self.shards else []
        others = ("--order", self.order), ("--target", self.target), ("--name", self.name)
        given += [(option, text) for option, text in others if text]
        given += [] if self.where is None else [("--where", self.where)]
        given += [] if self.extend is None else [("--extend", self.extend)]
        return [word for pair in given for word in pair]
