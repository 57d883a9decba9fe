"""The plot of each example draws a table of the results of its target."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import duckdb
import pytest

from examples.digits import evaluate
from examples.digits.plot import draw as draw_digits
from examples.epidemic import simulate as spread
from examples.epidemic.plot import draw as draw_epidemic
from examples.projectile import simulate as fly
from examples.projectile.plot import draw as draw_projectile

Axes = dict[str, list[float]]
FLIGHTS: Axes = {"angle": [15, 30, 45, 60], "speed": [10, 20, 40], "drag": [0.0001, 0.001, 0.01, 0.1]}
OUTBREAKS: Axes = {"r0": [0.5, 2, 4, 6], "infectious_period": [3, 7], "vaccinated": [0, 0.5, 0.9]}
TRAININGS: Axes = {"gamma": [0.01, 0.1], "penalty": [1, 10], "fold": [0]}

# What draws them is a library.
pytestmark = pytest.mark.one_python


def tabulate(target: Callable[..., dict[str, float]], axes: Axes, table: Path) -> None:
    """Write the table that `sweep results` would write, over the product of the axes."""
    points = [dict(zip(axes, point, strict=True)) for point in product(*axes.values())]
    rows = [
        {"index": index, **point} | {f"value.{key}": float(value) for key, value in target(**point).items()}
        for index, point in enumerate(points)
    ]
    lines = table.with_suffix(".jsonl")
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    duckdb.read_json(str(lines)).write_parquet(str(table))


@pytest.mark.parametrize(
    ("target", "axes", "draw"),
    [(fly, FLIGHTS, draw_projectile), (spread, OUTBREAKS, draw_epidemic), (evaluate, TRAININGS, draw_digits)],
    ids=["projectile", "epidemic", "digits"],
)
def test_a_table_becomes_a_picture(
    target: Callable[..., dict[str, float]],
    axes: Axes,
    draw: Callable[[str, str], None],
    tmp_path: Path,
) -> None:
    """The picture is a PNG of more than 20,000 bytes, which an empty page does not have."""
    table, picture = tmp_path / "table.parquet", tmp_path / "picture.png"
    tabulate(target, axes, table)
    draw(str(table), str(picture))
    image = picture.read_bytes()
    assert image.startswith(b"\x89PNG")
    assert len(image) > 20_000
