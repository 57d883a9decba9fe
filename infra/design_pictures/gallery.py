"""All pictures of docs/designs.md, each by its name: that of its file in docs/designs, and of its sweep file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from infra.design_pictures import combined, ruled, sampled
from infra.design_pictures.svg import picture

FOLDER = Path(__file__).parents[2] / "docs" / "designs"
PICTURES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "grid": ("A grid, and a grid with a zip group", combined.grid),
    "points": ("Explicit points", combined.points),
    "random": ("Random points, and twice as many", sampled.random),
    "latin_hypercube": ("A Latin hypercube, and one of twice as many points", sampled.latin_hypercube),
    "sobol": ("Points of a Sobol sequence, and twice as many", sampled.sobol),
    "halton": ("Points of a Halton sequence, and twice as many", sampled.halton),
    "saltelli": ("Blocks of a Saltelli design", sampled.saltelli),
    "crossed": ("A sampled design for each level of a grid", combined.crossed),
    "first": ("Explicit points before a sampled design", combined.first),
    "when": ("A grid over two models with parameters of their own", combined.when),
    "where": ("Points that a condition skips", ruled.where),
    "replicates": ("Points with replicates", ruled.replicates),
    "spread": ("The plan's order and the spread order after a quarter of the shards", ruled.spread),
}


def file_of(name: str) -> Path:
    """Return where a picture is."""
    return FOLDER / f"{name}.svg"


def svg(name: str) -> str:
    """Return a picture, drawn from the page's sweep file of this name."""
    title, elements = PICTURES[name]
    return picture(title, elements())
