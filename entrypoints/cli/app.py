"""The command `sweep`: what can be typed. Each command loads what it needs when it is called."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from domain.errors import InvalidSweep, Problem, SweepError
from entrypoints.cli import options as o
from entrypoints.cli.asked import Asked
from entrypoints.cli.exit_codes import ExitCode, of_error
from entrypoints.cli.groups import with_options
from entrypoints.cli.plain_values import PlainTyper
from entrypoints.places import DEFAULT_FOLDER, MOST_WORKERS, NoSweepsYet, Where, known_place, open_place

_OTHER_CODES = "2 bad input or usage, 130 interrupted (Ctrl-C)."
# Of the commands that tell how far a sweep is, and of the others.
_OF_A_SWEEP = f"Exit codes: 0 every point has a value or is skipped, 1 some points have none, {_OTHER_CODES}"
_OF_AN_ANSWER = f"Exit codes: 0 done, 1 it did not work, {_OTHER_CODES}"
_OF_AN_AUDIT = f"Exit codes: 0 all is whole, 1 something is wrong, {_OTHER_CODES}"
_OF_FAILURES = f"Exit codes: 0 no point has failed, 1 some have, {_OTHER_CODES}"
_OF_A_POINT = f"Exit codes: 0 the point has a value, or is skipped, 1 it has an error, {_OTHER_CODES}"
# The groups of the commands in the help.
_HERE, _ANYWHERE, _SETUP = "On this machine", "On this machine or in the cloud", "Setting up"

app = PlainTyper(
    help="Evaluate one Python function at every point of a parameter space.",
    epilog=_OF_A_SWEEP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's own call
    if wanted:
        from importlib.metadata import version

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


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_HERE)
@with_options(asked=o.asked)
def plan(
    *,
    asked: Asked,
    condition: o.Condition = None,
    json: o.Json = False,
    shard: Annotated[int | None, typer.Option(metavar="N", min=0, help="Show one shard: range and payload.")] = None,
    point: Annotated[int | None, typer.Option(metavar="I", min=0, help="Show the point with this index.")] = None,
) -> None:
    """Show how a sweep is cut into shards. Runs nothing."""
    from entrypoints.cli import plan as command

    command.plan(asked.with_condition(condition), shard=shard, point=point, as_json=json)


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_HERE)
@with_options(asked=o.asked)
def run(
    *,
    asked: Asked,
    condition: o.Condition = None,
    extend: o.Extend = None,
    out: o.Folder = DEFAULT_FOLDER,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=MOST_WORKERS,
            envvar="SWEEP_WORKERS",
            help="Worker processes.",
            show_default="one a core",
        ),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Evaluate again the points at which the target raised an exception.")
    ] = False,
    json: o.Json = False,
) -> None:
    """Run a sweep on this machine, or go on with it where it was stopped.

    The same sweep with the same target goes on: what has a value keeps it, and failed shards are run again. The command
    says whether it starts a sweep, resumes one or finds all of it done, and why.

    Points at which the target raised an exception keep their error, unless --retry-failed is given.
    """
    from domain.standing import Redo
    from entrypoints.cli import run as command

    redo = Redo.POINTS if retry_failed else Redo.SHARDS
    wanted = asked.with_condition(condition).extending(extend)
    raise typer.Exit(command.run(wanted, out, workers or os.cpu_count() or 1, redo, as_json=json))


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_ANYWHERE)
@with_options(asked=o.asked, where=o.where)
def submit(
    *,
    asked: Asked,
    condition: o.Condition = None,
    extend: o.Extend = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the sweep to its end.")] = False,
    where: Where,
    json: o.Json = False,
) -> None:
    """Submit a sweep, which runs in the background or in the cloud, and return at once.

    Each submission is a sweep of its own. One that was interrupted, or whose answer was lost, is the same sweep when it
    is submitted again.
    """
    from entrypoints.cli import orders

    wanted = asked.with_condition(condition).extending(extend)
    raise typer.Exit(orders.submit(wanted, open_place(where, asked.import_paths), wait=wait, as_json=json))


@app.command("list", epilog=_OF_AN_ANSWER, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def list_(
    *,
    where: Where,
    json: o.Json = False,
) -> None:
    """List the sweeps of a folder or of a stack, newest first."""
    from entrypoints.cli import listing

    try:
        place = known_place(where)
    except NoSweepsYet as none:
        listing.no_sweeps(none, as_json=json)
    else:
        listing.list_sweeps(place, as_json=json)


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def status(
    sweep: o.SweepId,
    *,
    where: Where,
    json: o.Json = False,
) -> None:
    """Say where a sweep stands, and what failed and why."""
    from entrypoints.cli import status as command

    raise typer.Exit(command.status(sweep, known_place(where), as_json=json))


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def watch(
    sweep: o.SweepId,
    *,
    where: Where,
    json: o.Json = False,
) -> None:
    """Follow a sweep to its end. Ctrl-C leaves it running."""
    from entrypoints.cli import watch as command

    raise typer.Exit(command.watch(sweep, known_place(where), as_json=json))


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def results(
    sweep: o.AnySweepId = None,
    *,
    where: Where,
    copied: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read result objects copied from a bucket, not a sweep here."),
    ] = None,
    of: Annotated[
        Path | None,
        typer.Option("--of", metavar="FILE", help="With --from: the sweep's file, to check that no point is missing."),
    ] = None,
    kind: Annotated[
        Literal["jsonl", "csv", "parquet", "arrow"] | None,
        typer.Option("--format", help="What to write.", show_default="as the name of FILE ends, or else jsonl"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to; - is standard output.", show_default="-"),
    ] = None,
    constants: Annotated[bool, typer.Option("--constants", help="Add a column for each constant.")] = False,
) -> None:
    """Write a sweep's results as one file: a line or a row a point, in the order of the plan."""
    from entrypoints.cli import results as command

    wanted = command.Wanted.of(kind, output, constants=constants)
    if copied is not None and sweep is None:
        raise typer.Exit(command.copied_results(copied, of, wanted))
    if copied is None and of is None and sweep is not None:
        raise typer.Exit(command.results(sweep, known_place(where), wanted))
    raise typer.BadParameter("say either which sweep, by its ID, or which folder, with --from (and --of)")


@app.command(rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def sensitivity(  # noqa: PLR0913 - each is one option of one command
    sweep: o.SweepId,
    *,
    where: Where,
    value: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The key of the number that is analysed, such as range or fit.error."),
    ] = None,
    confidence: Annotated[float, typer.Option(metavar="C", help="The confidence of the intervals.")] = 0.95,
    resamples: Annotated[int, typer.Option(metavar="N", help="How often the blocks are resampled for them.")] = 100,
    seed: Annotated[int, typer.Option(metavar="S", help="The seed of the resamples.")] = 0,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the indices: a .png, .svg or .pdf; needs matplotlib.")
    ] = None,
    json: o.Json = False,
) -> None:
    """Estimate from a saltelli sweep how much of a value's variance each parameter explains: its Sobol indices.

    The first order is what a parameter explains alone, the total order what it explains with its interactions.
    """
    from domain.sensitivity import Bootstrap
    from entrypoints.cli import sensitivity as command

    wanted = command.Wanted(value, Bootstrap(resamples, confidence, seed), picture)
    command.sensitivity(sweep, known_place(where), wanted, as_json=json)


@app.command(epilog=_OF_AN_AUDIT, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def verify(
    sweep: o.SweepId,
    *,
    where: Where,
    sample: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=100_000, help="Evaluate N random points again, and compare.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="Which points are sampled.", show_default="another each time")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="M:F", help="The function that evaluates the sample.", show_default="as it was"),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set damaged and missing shards of a folder back, to be run anew.")
    ] = False,
    json: o.Json = False,
) -> None:
    """Audit a sweep: every index has exactly one line, with the point of the plan. Trusts only request and results.

    Names what is missing, doubled, damaged and foreign. Points whose target raised an exception are results.
    """
    from entrypoints.cli import verify as command

    wanted = command.Wanted(sample, seed, target, repair)
    raise typer.Exit(command.verify(sweep, known_place(where), wanted, as_json=json))


@app.command(epilog=_OF_FAILURES, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def failures(
    sweep: o.SweepId,
    *,
    where: Where,
    json: o.Json = False,
) -> None:
    """Explain why points failed: for each cause how many, an example, and the rule that describes exactly them."""
    from entrypoints.cli import failures as command

    raise typer.Exit(command.failures(sweep, known_place(where), as_json=json))


@app.command(epilog=_OF_A_POINT, rich_help_panel=_ANYWHERE)
@with_options(asked=o.asked, place=o.where)
def point(
    *,
    asked: Asked,
    index: Annotated[
        int | None, typer.Argument(metavar="INDEX", min=0, help="The point's number.", show_default=False)
    ] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="N=V,N=V", help="The point that has these values, for INDEX.")
    ] = None,
    debug: Annotated[bool, typer.Option("--pdb", help="Open the debugger where the target raises.")] = False,
    place: Where,
    json: o.Json = False,
) -> None:
    """Evaluate one point of a sweep, of a file or of a function here, in this process, with the full traceback.

    FILE|M:F may also be the ID of a sweep. The target is looked for in the current folder, that of the file, and where
    the last run of the sweep found it.
    """
    from entrypoints.cli import point as command

    raise typer.Exit(command.point(asked, place, command.Wanted(index, where, debug), as_json=json))


@app.command(epilog=_OF_A_SWEEP, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def retry(
    sweep: o.SweepId,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the sweep to its end.")] = False,
    where: Where,
    json: o.Json = False,
) -> None:
    """Run again what failed or was lost. Every value stays."""
    from entrypoints.cli import orders

    raise typer.Exit(orders.retry(sweep, known_place(where), wait=wait, as_json=json))


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_ANYWHERE)
@with_options(where=o.where)
def cancel(
    sweep: o.SweepId,
    *,
    where: Where,
    json: o.Json = False,
) -> None:
    """Let no further shard of a sweep start. This cannot be undone."""
    from entrypoints.cli import orders

    raise typer.Exit(orders.cancel(sweep, known_place(where), as_json=json))


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_HERE)
def remove(
    sweeps: o.SweepIds = None,
    *,
    out: o.Folder = DEFAULT_FOLDER,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Also those submitted so many days ago or earlier.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove sweeps for good, with their results. Says first what that would free, and asks."""
    from entrypoints.cli import remove as command

    command.remove(sweeps or (), out, older_than, sure=yes)


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_SETUP)
def use(
    stack: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A deployed stack, or one of make stack-up.", show_default=False),
    ] = None,
    *,
    local: Annotated[bool, typer.Option("--local", help="Use the folder sweep-results again.")] = False,
    region: Annotated[str | None, typer.Option(metavar="R", help="The stack's region.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="P", help="The AWS profile that signs.")] = None,
) -> None:
    """Remember where sweeps are, for commands that do not say it. Shows where, if nothing is given."""
    from entrypoints.cli import use as command

    raise typer.Exit(command.use(Where(None, stack, region, profile), local=local))


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_SETUP)
@with_options(where=o.where)
def doctor(*, where: Where, json: o.Json = False) -> None:
    """Check this machine, and the folder or the stack that is meant, and say what to do where something is wrong."""
    from entrypoints.cli import doctor as command

    raise typer.Exit(command.doctor(where, as_json=json))


@app.command(epilog=_OF_AN_ANSWER, rich_help_panel=_SETUP)
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The folder to make, and the name of its package.")],
) -> None:
    """Write a small project to begin with: a function, its sweep, a test, and how to go on."""
    from entrypoints.cli import init as command

    command.init(Path(name))


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
