"""`sweep run`: from a file to results on this machine."""

from __future__ import annotations

import hashlib
import os
import shlex
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

import typer

from adapters.documents.answers import summary_document
from adapters.documents.sweep_file import read_sweep_file
from application.describe_sweep import Description
from application.documents.request import encode, request_digest
from domain.errors import InvalidSweep
from domain.progress import State
from domain.request import SweepRequest
from entrypoints.cli.exit_codes import ExitCode, of_progress
from entrypoints.cli.progress_bar import progress_bar
from entrypoints.cli.texts import progress_lines
from entrypoints.containers.containers import LocalContainer
from entrypoints.parts import LOCAL_LIMITS


def run(file: Path, out: Path, workers: int, target: str | None, *, as_json: bool) -> ExitCode:
    """Run the file's sweep to its end, say where its results are, and give the exit code."""
    request = read_sweep_file(file)
    request = LOCAL_LIMITS.admit(replace(request, target=target) if target else request)
    again = _command(file, out, target)
    with _interruptible():
        try:
            description = _run(_container(file, out, workers, request), request, out)
        except KeyboardInterrupt:
            typer.echo(f"Interrupted. What is done is kept; go on with:\n  {again}", err=True)
            return ExitCode.INTERRUPTED
    for line in [*progress_lines(description), *_next_step(description, out, again)]:
        typer.echo(line)
    if as_json:
        typer.echo(encode(summary_document(description)))
    return of_progress(description.progress)


def _run(container: LocalContainer, request: SweepRequest, out: Path) -> Description:
    with container.invoker() as engine:
        # Before anything is written: the target must exist and take the parameters.
        source = engine.start()
        _prepare(out)
        sweep = container.submit_sweep()(request, _key(request, source), redo_failed=True).sweep
        describe = container.describe_sweep()
        if engine.queued:
            container.results().remove_drafts(sweep.id)
            earlier = describe(sweep.id).progress
            begun = earlier.done + earlier.failed - earlier.lost
            with progress_bar(request.name, earlier.size, begun) as show:
                engine.run(sweep.id, container.fail_shard(), show)
        return describe(sweep.id)


def _container(file: Path, out: Path, workers: int, request: SweepRequest) -> LocalContainer:
    constants = request.constants
    return LocalContainer(
        folder=out,
        target=request.target,
        names=(*constants, *request.design.names),
        import_paths=[os.fspath(Path.cwd()), os.fspath(file.resolve().parent)],
        # No more than there are shards: each process costs a start.
        workers=min(workers, request.plan.shards),
    )


def _key(request: SweepRequest, source: str) -> str:
    """Name the sweep after what decides its results, so that the same command goes on with the same sweep.

    The file that defines the target is part of it: a changed function must not have its results mixed with old ones.
    """
    return hashlib.sha256(f"{request_digest(request)}{source}".encode()).hexdigest()


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise InvalidSweep.at("--out", f"cannot write to {out}: {error.strerror}; choose another folder") from error


def _command(file: Path, out: Path, target: str | None) -> str:
    """Give the command that goes on with this run."""
    words = ["sweep", "run", str(file), "--out", str(out), *(["--target", target] if target else [])]
    return shlex.join(words)


def _next_step(description: Description, out: Path, again: str) -> Iterator[str]:
    progress = description.progress
    yield f"results: {description.results}"
    if progress.state is State.DONE:
        sweep_id = description.sweep.id
        table = shlex.join(
            ["sweep", "results", sweep_id, "--out", str(out), "--format", "csv", "-o", f"{sweep_id}.csv"]
        )
        yield f"next:    {table}"
    elif progress.state is State.FAILED:
        yield f"next:    {again}    # runs the failed shards again"
    else:
        yield "Another process is running this sweep; see how far it is with:"
        yield "  " + shlex.join(["sweep", "status", description.sweep.id, "--out", str(out)])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the first Ctrl-C, hang-up or polite kill stop the run, and no second one disturb the stopping."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            # Once interrupted, signals stay ignored until the process has ended.
            if signal.getsignal(number) is interrupt:
                signal.signal(number, handler)
