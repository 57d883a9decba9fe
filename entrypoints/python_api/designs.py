"""Designs that need more than levels: each function returns what a sweep file says under `design`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

Design: TypeAlias = dict[str, Any]
Scramble: TypeAlias = Literal["owen", "shift", "none"]


def random(points: int, *, seed: int = 0, grid: Iterable[str] = (), first: Sequence[Mapping[str, Any]] = ()) -> Design:
    """Return the design of `points` independent points.

    Args:
        points: how many points are drawn.
        seed: an integer of 64 bits; the same seed draws the same points on every machine.
        grid: names of parameters whose levels are not drawn: each combination of them has all points.
        first: points that stand before the drawn ones, each with a value for every parameter.

    >>> import serverless_sweep as ss
    >>> ss.random(100, seed=7)
    {'kind': 'random', 'points': 100, 'seed': 7}
    """
    return _design("random", points, seed, grid, first)


def latin_hypercube(
    points: int, *, seed: int = 0, grid: Iterable[str] = (), first: Sequence[Mapping[str, Any]] = ()
) -> Design:
    """Return the design of `points` points of which every axis has one in each of as many equal strata.

    The arguments are those of `random`.
    """
    return _design("latin_hypercube", points, seed, grid, first)


def sobol(
    points: int,
    *,
    seed: int = 0,
    scramble: Scramble = "owen",
    grid: Iterable[str] = (),
    first: Sequence[Mapping[str, Any]] = (),
) -> Design:
    """Return the design of the first `points` points of a Sobol sequence, best a power of 2.

    `scramble` is "owen", "shift" or "none", the plain sequence; the other arguments are those of `random`.
    """
    return _design("sobol", points, seed, grid, first, scramble=scramble)


def halton(
    points: int,
    *,
    seed: int = 0,
    scramble: bool = True,
    grid: Iterable[str] = (),
    first: Sequence[Mapping[str, Any]] = (),
) -> Design:
    """Return the design of the first `points` points of a Halton sequence; the arguments are those of `random`."""
    return _design("halton", points, seed, grid, first, scramble=scramble)


def saltelli(points: int, *, seed: int = 0, scramble: Scramble = "owen", second_order: bool = False) -> Design:
    """Return the design of a sensitivity analysis: a block of points for each of `points` base points.

    A block has two points more than there are parameters; with `second_order` twice as many as parameters, and two.
    """
    return _design("saltelli", points, seed, (), (), scramble=scramble, second_order=second_order)


def points_file(path: str | os.PathLike[str], *, grid: Iterable[str] = ()) -> Design:
    """Return the design whose points are the rows of a file: CSV, JSON lines or Parquet, by the end of its name.

    The columns are the parameters (docs/sweep-file.md has their types). Parameters that are passed beside the design
    are a grid: every combination of their levels has all rows; `grid` sets the order of its axes. The file is streamed,
    so that it may have millions of rows.

    For example `ss.run(simulate, design=ss.points_file("points.csv"))`.
    """
    crossed = list(grid)
    return {"kind": "points", "file": os.fspath(path), **({"grid": crossed} if crossed else {})}


def _design(
    kind: str, points: int, seed: int, grid: Iterable[str], first: Sequence[Mapping[str, Any]], **options: object
) -> Design:
    mixed = {"grid": list(grid), "first": [dict(point) for point in first]}
    return {"kind": kind, "points": points, "seed": seed, **options, **{key: one for key, one in mixed.items() if one}}
