"""The command `sweep`: describe a parameter sweep in a file, run it on this machine, read its results."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import InvalidSweep, Problem, SweepError
from domain.standing import Redo
from entrypoints.cli import listing as list_command
from entrypoints.cli import plan as plan_command
from entrypoints.cli import remove as remove_command
from entrypoints.cli import results as results_command
from entrypoints.cli import run as run_command
from entrypoints.cli import status as status_command
from entrypoints.cli.exit_codes import ExitCode, of_error

_OTHER_CODES = "2 bad input or usage, 130 interrupted (Ctrl-C)."
# Of the commands that tell how far a sweep is, and of the others.
_OF_A_SWEEP = f"Exit codes: 0 every point has a value, 1 some points have none, {_OTHER_CODES}"
_OF_AN_ANSWER = f"Exit codes: 0 done, 1 it did not work, {_OTHER_CODES}"

app = typer.Typer(
    help="Evaluate one Python function at every point of a parameter space.",
    epilog=_OF_A_SWEEP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_WHICH = "The sweep: its id or the beginning of it, its name, or `latest`, which the last command dealt with."

File = Annotated[Path, typer.Argument(help="The sweep, as YAML or JSON.", show_default=False)]
Sweep = Annotated[str, typer.Argument(metavar="ID", help=_WHICH, show_default=False)]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", envvar="SWEEP_OUT", help="The folder of the ledger and the results.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
TargetName = Annotated[
    str | None,
    typer.Option("--target", metavar="M:F", help="The function to evaluate. [default: the file's target]"),
]
_OUT = Path("sweep-results")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's own call
    if wanted:
        typer.echo(f"sweep {version('serverless-sweep')}")
        raise typer.Exit


@app.callback()
def sweep(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Evaluate one Python function at every point of a parameter space."""


@app.command(epilog=_OF_AN_ANSWER)
def plan(
    file: File,
    *,
    json: Json = False,
    shard: Annotated[int | None, typer.Option(metavar="N", min=0, help="Show one shard: range and payload.")] = None,
    point: Annotated[int | None, typer.Option(metavar="I", min=0, help="Show the point with this index.")] = None,
) -> None:
    """Show how a sweep is cut into shards. Runs nothing, writes nothing."""
    plan_command.plan(file, shard=shard, point=point, as_json=json)


@app.command(epilog=_OF_A_SWEEP)
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
    The command says whether it starts a sweep, resumes one or finds all of it done, and why.

    Points at which the target raised an exception keep their error, unless --retry-failed is given.
    """
    redo = Redo.POINTS if retry_failed else Redo.SHARDS
    raise typer.Exit(run_command.run(file, out, workers or os.cpu_count() or 1, target, redo, as_json=json))


@app.command("list", epilog=_OF_AN_ANSWER)
def list_(*, out: Out = _OUT, json: Json = False) -> None:
    """List the sweeps of a folder, newest first."""
    list_command.list_sweeps(out, as_json=json)


@app.command(epilog=_OF_A_SWEEP)
def status(sweep: Sweep, *, out: Out = _OUT, json: Json = False) -> None:
    """Say where a sweep stands, and what failed and why."""
    raise typer.Exit(status_command.status(sweep, out, as_json=json))


@app.command(epilog=_OF_A_SWEEP)
def results(
    sweep: Annotated[str | None, typer.Argument(metavar="ID", help=_WHICH, show_default=False)] = None,
    *,
    out: Out = _OUT,
    copied: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read result objects copied from a bucket, not a sweep here."),
    ] = None,
    of: Annotated[
        Path | None,
        typer.Option("--of", metavar="FILE", help="With --from: the sweep's file, to check that no point is missing."),
    ] = None,
    kind: Annotated[
        results_command.Kind | None,
        typer.Option("--format", help="What to write. [default: as the name of FILE ends, or else jsonl]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to; - is standard output. [default: -]"),
    ] = None,
    constants: Annotated[bool, typer.Option("--constants", help="Give each constant a column too.")] = False,
) -> None:
    """Write a sweep's results as one file: a line or a row a point, in the order of the plan."""
    wanted = results_command.Wanted.of(kind, output, constants=constants)
    if copied is not None and sweep is None:
        raise typer.Exit(results_command.copied_results(copied, of, wanted))
    if copied is None and of is None and sweep is not None:
        raise typer.Exit(results_command.results(sweep, out, wanted))
    raise typer.BadParameter("say either which sweep, by its ID, or which folder, with --from (and --of)")


@app.command(epilog=_OF_AN_ANSWER)
def remove(
    sweeps: Annotated[list[str] | None, typer.Argument(metavar="ID", help=_WHICH, show_default=False)] = None,
    *,
    out: Out = _OUT,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Also those submitted so many days ago or earlier.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove sweeps for good, with their results. Says first what that would free, and asks."""
    remove_command.remove(sweeps or (), out, older_than, sure=yes)


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
