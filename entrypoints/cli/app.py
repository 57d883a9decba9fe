"""The command `sweep`: describe a parameter sweep in a file, run it on this machine, read its results."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import InvalidSweep, Problem, SweepError
from domain.standing import Redo
from entrypoints.cli import plan as plan_command
from entrypoints.cli import read as read_command
from entrypoints.cli import run as run_command
from entrypoints.cli.exit_codes import ExitCode, of_error

_EXIT_CODES = (
    "Exit codes: 0 all points done, 1 some points or shards failed, 2 bad input or usage, 130 interrupted (Ctrl-C)."
)

app = typer.Typer(
    help="Evaluate one Python function at every point of a parameter space.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(help="The sweep, as YAML or JSON.", show_default=False)]
SweepId = Annotated[str, typer.Argument(metavar="ID", help="The sweep's id, or `latest`.", show_default=False)]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", envvar="SWEEP_OUT", help="The folder of the ledger and the results.")
]
Json = Annotated[bool, typer.Option("--json", help="End standard output with one line of JSON.")]
TargetName = Annotated[
    str | None, typer.Option("--target", metavar="M:F", help="The function to evaluate, instead of the file's target.")
]
_OUT = Path("sweep-results")


@app.command(epilog=_EXIT_CODES)
def plan(
    file: File,
    *,
    json: Json = False,
    shard: Annotated[int | None, typer.Option(metavar="N", min=0, help="Show one shard: range and payload.")] = None,
    point: Annotated[int | None, typer.Option(metavar="I", min=0, help="Show the point with this index.")] = None,
) -> None:
    """Show how a sweep is cut into shards. Runs nothing, writes nothing."""
    plan_command.plan(file, shard=shard, point=point, as_json=json)


@app.command(epilog=_EXIT_CODES)
def run(
    file: File,
    *,
    out: Out = _OUT,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1024, help="Worker processes. [default: one a core]")
    ] = None,
    target: TargetName = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Evaluate again the points at which the target raised an exception.")
    ] = False,
    json: Json = False,
) -> None:
    """Run a sweep on this machine, or go on with it where it was stopped.

    The same file with the same target is the same sweep: what has a value keeps it, and failed shards are run again.

    Points at which the target raised an exception keep their error, unless --retry-failed is given.
    """
    redo = Redo.POINTS if retry_failed else Redo.SHARDS
    raise typer.Exit(run_command.run(file, out, workers or os.cpu_count() or 1, target, redo, as_json=json))


@app.command("list", epilog=_EXIT_CODES)
def list_(*, out: Out = _OUT) -> None:
    """List the sweeps of a folder, newest first."""
    read_command.list_sweeps(out)


@app.command(epilog=_EXIT_CODES)
def status(sweep_id: SweepId, *, out: Out = _OUT, json: Json = False) -> None:
    """Say where a sweep stands, and what failed and why."""
    read_command.status(sweep_id, out, as_json=json)


@app.command(epilog=_EXIT_CODES)
def results(
    sweep_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="The sweep's id, or `latest`.", show_default=False)
    ] = None,
    *,
    out: Out = _OUT,
    copied: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR", help="Read result objects copied from a bucket, instead of a sweep here."
        ),
    ] = None,
    kind: Annotated[read_command.Kind, typer.Option("--format", help="What to write.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to. [default: standard output]")
    ] = None,
) -> None:
    """Write a sweep's results as one file: a line or a row a point, in the order of the plan."""
    if copied is not None and sweep_id is None:
        raise typer.Exit(read_command.copied_results(copied, kind, output))
    if copied is None and sweep_id is not None:
        read_command.results(sweep_id, out, kind, output)
    else:
        raise typer.BadParameter("say either which sweep, by its ID, or which folder, with --from")


def main() -> None:
    """Run the command line and leave with its exit code; a user's mistake never shows a traceback."""
    try:
        app()
    except SweepError as error:
        _complain(error)
        sys.exit(of_error(error))
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has closed the pipe. Python must not try to flush the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.FAILURES)


def _complain(error: SweepError) -> None:
    problems = error.problems if isinstance(error, InvalidSweep) else (Problem("", str(error)),)
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)
