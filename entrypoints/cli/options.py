"""The arguments and options that several commands of `sweep` have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from entrypoints.cli.asked import Asked
from entrypoints.places import Where

_WHICH = "The sweep: its id or the beginning of it, its name, or `latest`, which the last command dealt with."

SweepId = Annotated[str, typer.Argument(metavar="ID", help=_WHICH, show_default=False)]
SweepIds = Annotated[list[str] | None, typer.Argument(metavar="ID", help=_WHICH, show_default=False)]
AnySweepId = Annotated[str | None, typer.Argument(metavar="ID", help=_WHICH, show_default=False)]
# Of the commands that work on this machine alone.
Folder = Annotated[
    Path, typer.Option("--out", metavar="DIR", envvar="SWEEP_OUT", help="The folder of the ledger and the results.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
Condition = Annotated[
    str | None, typer.Option("--where", metavar="TEXT", help="Skip the points that do not satisfy it, as in 'x < y'.")
]

Extend = Annotated[
    str | None,
    typer.Option(metavar="ID", help="An earlier sweep: its values are kept, and the points that it lacks computed."),
]


def where(
    *,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="A folder of sweeps (or SWEEP_OUT).")] = None,
    stack: Annotated[
        str | None, typer.Option("--stack", metavar="NAME", help="A deployed stack (or SWEEP_STACK).")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="R", help="The stack's region.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="P", help="The AWS profile that signs.")] = None,
) -> Where:
    """Return where the sweeps are. `places.py` reads the environment, which it must tell from what is typed."""
    return Where(out, stack, region, profile)


def asked(  # noqa: PLR0913 - each is one option of one command
    what: Annotated[str, typer.Argument(metavar="FILE|M:F", help="The sweep as YAML or JSON; or a function, with -p.")],
    *,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "-p", "--parameter", metavar="N=V", help="A parameter: a=1,2,3, a=linspace:5:85:81 or a=uniform:0:1."
        ),
    ] = None,
    constant: Annotated[list[str] | None, typer.Option("-c", "--constant", metavar="N=V", help="A constant.")] = None,
    design: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="How points are taken: grid, random, latin_hypercube, sobol, halton, ..."),
    ] = None,
    points: Annotated[int | None, typer.Option(metavar="N", help="How many points the design samples.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="The seed of the design that samples.")] = None,
    points_file: Annotated[
        Path | None,
        typer.Option("--points-file", metavar="FILE", help="Take the points from a CSV, JSON lines or Parquet file."),
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Evaluate every point so many times, each with a seed.")
    ] = None,
    shards: Annotated[int | None, typer.Option(metavar="N", min=1, help="Cut the sweep into so many shards.")] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="M:F", help="The function to evaluate.", show_default="the file's target"),
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The sweep's name.")] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the sweep file that this command stands for.")
    ] = None,
    order: Annotated[
        Literal["plan", "spread"] | None,
        typer.Option(
            metavar="plan|spread",
            help="How shards start: by their numbers, or evenly spread over the sweep.",
            show_default="the file's order, or plan",
        ),
    ] = None,
) -> Asked:
    """Return which sweep is asked for."""
    return Asked(
        what,
        parameter or (),
        constant or (),
        shards,
        target,
        name,
        save,
        replicates,
        order,
        design=design,
        points=points,
        points_file=points_file,
        seed=seed,
    )
