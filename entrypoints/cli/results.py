"""`sweep results`: one file of all results of a sweep, and what is wrong with them."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import typer
from rich.filesize import decimal

from adapters.local.directory_results import result_files
from adapters.point_files.intake import read_client_file
from adapters.report.coverage import Coverage
from adapters.report.result_objects import write_lines
from application.documents.result_keys import shard_of
from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep
from domain.request import SweepRequest
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.long_work import bar
from entrypoints.cli.status import command
from entrypoints.cli.texts import counted

Kind: TypeAlias = Literal["jsonl", "csv", "parquet", "arrow"]
_KINDS: Mapping[str, Kind] = {
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
}
# Not for a terminal.
_BINARY: set[Kind] = {"parquet", "arrow"}
_CASE = ": readers of Parquet do not tell upper from lower case"
# What is wrong with a disk, not with the name of a file.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
# So many ranges of points, and so many shards, are named.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write, and where to; None is standard output."""

    kind: Kind
    output: Path | None
    constants: bool

    @classmethod
    def of(cls, kind: Kind | None, output: Path | None, *, constants: bool) -> Wanted:
        """Return what the options of a command ask for: a file's name says its format; raises `InvalidSweep`."""
        output = None if output == Path("-") else output
        chosen = kind or _kind_of(output)
        if constants and chosen == "jsonl":
            raise InvalidSweep.at("--constants", "is for tables; say --format csv, parquet or arrow")
        if output is None and chosen in _BINARY and sys.stdout.isatty():
            raise InvalidSweep.at("--output", f"is needed for {chosen}, which is not for a terminal")
        return cls(chosen, output, constants)


def results(sweep: str, place: Place, wanted: Wanted) -> ExitCode:
    """Write the results of one sweep, and return that something failed unless every point has a value."""
    head = place.find(sweep, no_deadline)
    with bar("fetch") as show:
        paths = [Path(path) for path in place.files.fetch(head.id, show, no_deadline)]
    if not paths:
        raise InvalidSweep.at(head.id, "has no results yet")
    request = place.sweeps.request(head.id, no_deadline) if wanted.kind != "jsonl" else None
    coverage = _write(paths, wanted, request).up_to(head.plan.size)
    return _report(coverage, wanted, f"evaluate them with: {command('retry', head.id, place)}")


def copied_results(folder: Path, file: Path | None, wanted: Wanted) -> ExitCode:
    """Write the results in a folder that was copied from elsewhere, such as a bucket, in the same ways.

    `file` is the sweep's file, by which the end of the sweep, its parameters and its constants are known.
    """
    with bar("reading points") as show:
        request = read_client_file(file, show) if file else None
    if wanted.constants and not request:
        raise InvalidSweep.at("--constants", "needs the sweep's file with --of FILE: results do not hold them")
    paths = result_files(folder) if folder.is_dir() else []
    if not paths:
        raise InvalidSweep.at("--from", f"there are no result objects (00000000.jsonl.gz and so on) in {folder}")
    coverage = _write(paths, wanted, request)
    others = len(list(folder.iterdir())) - len(paths)
    if others:
        _say(f"note: {others:,} other files in {folder} are no result objects")
    if request:
        coverage = coverage.up_to(request.plan.size)
    else:
        _say(f"note: whether point {coverage.last:,} is the sweep's last one, --of FILE tells from the sweep's file")
    return _report(coverage, wanted, _missing_objects(folder, paths, request))


def _missing_objects(folder: Path, paths: Sequence[Path], request: SweepRequest | None) -> str:
    there = {shard_of(path.name) for path in paths}
    shards = request.plan.shards if request else max(number or 0 for number in there) + 1
    lacking = [str(shard) for shard in range(shards) if shard not in there]
    return f"the shards {_named(lacking)} are not in {folder}" if lacking else "their objects lack them"


def _report(coverage: Coverage, wanted: Wanted, remedy: str) -> ExitCode:
    """Say what is wrong with the lines of a sweep, if anything is."""
    if coverage.skipped:
        are = "their lines say so" if wanted.kind == "jsonl" else "they are no rows of the table"
        _say(f"note: {counted(coverage.skipped, 'point was', 'points were')} skipped, as where says: {are}")
    if coverage.errors:
        _say(f"note: {counted(coverage.errors, 'point has', 'points have')} an error instead of a value")
    if coverage.missing:
        _say(f"error: no result of {_points(coverage.missing)}; {remedy}")
    if coverage.double:
        _say(f"error: more than one result of {_points(coverage.double)}")
    return ExitCode.OK if coverage.is_whole else ExitCode.FAILURES


def _points(ranges: Sequence[range]) -> str:
    """Return `12 points (3, 5-15)`."""
    texts = [str(one.start) if len(one) == 1 else f"{one.start}-{one.stop - 1}" for one in ranges]
    return f"{counted(sum(map(len, ranges)), 'point', 'points')} ({_named(texts)})"


def _named(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_NAMED]) + (", ..." if len(texts) > _NAMED else "")


def _write(paths: list[Path], wanted: Wanted, request: SweepRequest | None) -> Coverage:
    with interruptible(), _destination(wanted.output) as path:
        coverage, renamed = _written(paths, wanted, request, path)
        size = path.stat().st_size
    if wanted.output:
        _say(f"wrote {wanted.output}, {decimal(size)}")
    for name, other in renamed:
        _say(f"note: a second column {name} is called {other}" + (_CASE if wanted.kind == "parquet" else ""))
    return coverage


def _written(
    paths: list[Path], wanted: Wanted, request: SweepRequest | None, path: Path
) -> tuple[Coverage, Sequence[tuple[str, str]]]:
    """Write the file, and return which points it has and which columns have another name."""
    if wanted.kind == "jsonl":
        with path.open("wb") as file:
            return write_lines(paths, file), ()
    from adapters.report.result_table import write_table  # noqa: PLC0415 - DuckDB takes a moment to load

    names = request.design.names if request else None
    constants = request.constants if request and wanted.constants else {}
    written = write_table(paths, names, constants, wanted.kind, path)
    return written.coverage, written.renamed


@contextmanager
def _destination(output: Path | None) -> Iterator[Path]:
    """Yield the path to write to; a file gets its name, and standard output its content, only when it is complete."""
    if output is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results"
            with _translated(path):
                yield path
            # Not written to /dev/stdout: where that is a file, it would be opened anew and lose what it has.
            with path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    with _translated(output):
        try:
            draft.touch()
            yield draft
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        if error.errno in _DISK:
            raise DependencyUnavailable(message) from error
        raise InvalidSweep.at("--output", message) from error


def _kind_of(output: Path | None) -> Kind:
    suffix = output.suffix.lower() if output else ""
    if suffix and suffix not in _KINDS:
        raise InvalidSweep.at("--output", f"which format is {suffix}? Say --format jsonl, csv, parquet or arrow")
    return _KINDS.get(suffix, "jsonl")


def _say(text: str) -> None:
    typer.echo(text, err=True)
