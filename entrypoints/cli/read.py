"""`sweep list`, `sweep status` and `sweep results`: what a folder knows of its sweeps."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console
from rich.table import Table

from adapters.documents.answers import moment, status_document
from adapters.local.directory_results import result_files
from adapters.report.result_table import parameter_names, write_lines, write_table
from application.describe_sweep import Description
from application.documents.compact_json import encode
from application.documents.result_keys import shard_of
from application.sweeps import Sweeps
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, SweepNotFound
from domain.progress import Progress, State
from domain.sweep import SweepHead
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.texts import progress_lines
from entrypoints.containers.local import LocalContainer

Kind = Literal["jsonl", "csv", "parquet"]
_LATEST = "latest"
_ROWS_A_PAGE = 100
# So many of the missing shards are named.
_NAMED = 10
_NEXT = {
    State.INCOMPLETE: "No process is working on it; the same `sweep run` goes on with it.",
    State.FAILED: "next:    sweep run FILE    # runs the failed shards again; with --retry-failed, failed points too",
    State.DONE_WITH_ERRORS: "next:    sweep run FILE --retry-failed    # evaluates the failed points again",
}


def list_sweeps(out: Path) -> None:
    """Print a table of all sweeps of the folder."""
    table = Table("sweep", "state", "points", "done", "failed", "submitted", box=None, pad_edge=False)
    for column in table.columns[2:5]:
        column.justify = "right"
    for head, progress in _all(out):
        counts = (f"{count:,}" for count in (progress.size, progress.done, progress.failed))
        table.add_row(head.id, progress.state.value.replace("_", " "), *counts, moment(head.created_at))
    if table.row_count:
        Console(soft_wrap=True).print(table)
    else:
        typer.echo(f"no sweeps in {out}; make one with: sweep run FILE", err=True)


def status(sweep_id: str, out: Path, *, as_json: bool) -> None:
    """Print where one sweep stands."""
    description = _describe(sweep_id, out)
    if as_json:
        typer.echo(encode(status_document(description)))
        return
    for line in progress_lines(description):
        typer.echo(line)
    typer.echo(f"results: {description.results}")
    if description.progress.state in _NEXT:
        typer.echo(_NEXT[description.progress.state])


def results(sweep_id: str, out: Path, kind: Kind, output: Path | None) -> None:
    """Write the results of one sweep to a file, which appears whole or not at all, or to standard output."""
    description = _describe(sweep_id, out)
    paths = LocalContainer(folder=out).results().paths(description.head.id)
    if not paths:
        raise InvalidSweep.at(description.head.id, "has no results yet")
    _put_together(paths, kind, output)
    progress = description.progress
    if progress.shards_done < progress.shards:
        typer.echo(f"note: only {progress.shards_done:,} of {progress.shards:,} shards have results", err=True)


def copied_results(folder: Path, kind: Kind, output: Path | None) -> ExitCode:
    """Write the results in a folder that was copied from elsewhere, such as a bucket, in the same ways.

    Return that something failed if an object is missing between others.
    """
    paths = result_files(folder) if folder.is_dir() else []
    if not paths:
        raise InvalidSweep.at("--from", f"there are no result objects (00000000.jsonl.gz and so on) in {folder}")
    _put_together(paths, kind, output)
    others = len(list(folder.iterdir())) - len(paths)
    if others:
        typer.echo(f"note: {others:,} other files in {folder} are no result objects", err=True)
    shards = [shard_of(path.name) or 0 for path in paths]
    lacking = sorted(set(range(shards[-1])) - set(shards))
    if not lacking:
        return ExitCode.OK
    named = ", ".join(map(str, lacking[:_NAMED])) + (", ..." if len(lacking) > _NAMED else "")
    typer.echo(f"error: {len(lacking):,} shards are not in {folder}: {named}", err=True)
    return ExitCode.FAILURES


def _put_together(paths: list[Path], kind: Kind, output: Path | None) -> None:
    names = parameter_names(paths[0])
    with _destination(output, kind) as path:
        if kind == "jsonl":
            with path.open("wb") as file:
                write_lines(paths, file)
        else:
            write_table(paths, names, kind, os.fspath(path))


@contextmanager
def _destination(output: Path | None, kind: str) -> Iterator[Path]:
    """Yield the path to write to; a file gets its name, and standard output its content, only when it is complete."""
    if output is None:
        if kind == "parquet" and sys.stdout.isatty():
            raise InvalidSweep.at("--output", "is needed for parquet, which is not for a terminal")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results"
            yield path
            # Not written to /dev/stdout: where that is a file, it would be opened anew and lose what it has.
            with path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        draft.touch()
        try:
            yield draft
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidSweep.at("--output", f"cannot write {output}: {error.strerror}") from error


def _describe(sweep_id: str, out: Path) -> Description:
    sweeps = _sweeps(out)
    if sweeps is None:
        raise InvalidSweep.at("--out", f"there are no sweeps in {out}")
    if sweep_id != _LATEST:
        return sweeps.describe(sweep_id, no_deadline)
    newest = sweeps.list_sweeps(1, None, no_deadline).heads
    if not newest:
        raise SweepNotFound(sweep_id)
    return sweeps.describe(newest[0].id, no_deadline)


def _all(out: Path) -> Iterator[tuple[SweepHead, Progress]]:
    sweeps = _sweeps(out)
    after = None
    while sweeps:
        page = sweeps.list_sweeps(_ROWS_A_PAGE, after, no_deadline)
        yield from ((head, sweeps.follow(head.id, no_deadline)) for head in page.heads)
        after = page.next
        if after is None:
            return


def _sweeps(out: Path) -> Sweeps | None:
    """Return what can be asked of a folder's sweeps, or None where there are none: asking must not make a folder."""
    return LocalContainer(folder=out).sweeps() if (out / "ledger.sqlite3").exists() else None
