"""Draw the table of the projectile sweep: `plot.py TABLE.parquet PICTURE.png`."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_GRAVITY: Final = 9.81  # m/s^2, as in sweep.yaml
_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00")  # Okabe and Ito, 2008
_MARKS: Final = ("o", "s", "^")
_STYLE: Final[dict[str, Any]] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Launches:
    """All flights of one launch `speed` (m/s): range in m, by angle (degrees) and drag (1/m)."""

    speed: float
    angles: "Numbers"
    drags: "Numbers"
    ranges: "Numbers"

    @property
    def vacuum_best(self) -> float:
        """The longest range without drag, v^2 / g at 45 degrees, in m."""
        return self.speed**2 / _GRAVITY

    @property
    def best_angles(self) -> "Numbers":
        """The angle of the longest range for each drag: the vertex of a parabola through three points."""
        top = np.clip(self.ranges.argmax(axis=0), 1, len(self.angles) - 2)
        columns = np.arange(len(self.drags))
        before, best, after = (self.ranges[top + near, columns] for near in (-1, 0, 1))
        part = (before - after) / (2 * (before - 2 * best + after))
        return np.asarray(self.angles[top] + part * (self.angles[1] - self.angles[0]))


def draw(table: str, picture: str) -> None:
    """Read the sweep's table (Parquet) and write its picture (PNG)."""
    mpl.use("Agg")
    with plt.style.context(_STYLE):
        _figure(_read(table)).savefig(picture, dpi=90)
        plt.close("all")


def _read(table: str) -> list[Launches]:
    query = 'select speed, angle, drag, "value.range" from read_parquet(?) order by 1, 2, 3'
    columns = duckdb.execute(query, [table]).fetchnumpy()
    speed, angle, drag, distance = (np.asarray(column, float) for column in columns.values())
    angles, drags = np.unique(angle), np.unique(drag)
    return [
        Launches(float(one), angles, drags, distance[speed == one].reshape(len(angles), len(drags)))
        for one in np.unique(speed)
    ]


def _figure(sweeps: list[Launches]) -> "Figure":
    figure = plt.figure(figsize=(12, 8.4), layout="constrained")
    figure.suptitle("A ball with drag: how far, and at which angle?", fontsize=15, weight="bold")
    halves = figure.add_gridspec(2, 1, hspace=0.05)
    upper, lower = (figure.add_subfigure(halves[row]) for row in range(2))
    maps = upper.subplots(1, len(sweeps), sharey=True)
    images = [_heat_map(axes, one) for axes, one in zip(maps, sweeps, strict=True)]
    maps[0].set_ylabel("launch angle (degrees)")
    bar = upper.colorbar(images[-1], ax=list(maps), pad=0.015)
    bar.set_label("range ÷ best range\nwithout drag, $v^2/g$")
    curves, collapse = lower.subplots(1, 2)
    _curves(curves, sweeps[-1])
    _collapse(collapse, sweeps)
    return figure


def _heat_map(axes: "Axes", sweep: Launches) -> "QuadMesh":
    share = sweep.ranges / sweep.vacuum_best
    axes.set_xscale("log")  # before the contours, whose labels are placed on this scale
    image = axes.pcolormesh(sweep.drags, sweep.angles, share, cmap="viridis", vmin=0, vmax=1, rasterized=True)
    lines = axes.contour(sweep.drags, sweep.angles, share, [0.2, 0.4, 0.6, 0.8], colors="white", linewidths=0.6)
    axes.clabel(lines, fmt=lambda level: f"{level * sweep.vacuum_best:.3g} m", fontsize=8)
    axes.plot(sweep.drags, sweep.best_angles, color="white", linewidth=4)
    axes.plot(sweep.drags, sweep.best_angles, color="#D55E00", linewidth=2, label="best angle")
    axes.set(xlabel="drag $k$ (1/m)", yticks=range(15, 90, 15))
    axes.set_title(f"{sweep.speed:.0f} m/s  ($v^2/g$ = {sweep.vacuum_best:.1f} m)")
    axes.legend(loc="upper right", labelcolor="white", fontsize=9)
    return image


def _curves(axes: "Axes", sweep: Launches) -> None:
    vacuum = sweep.vacuum_best * np.sin(2 * np.radians(sweep.angles))
    axes.plot(sweep.angles, vacuum, "k--", linewidth=1, label="0 (closed form)")
    for colour, drag in zip(_COLOURS, (1e-4, 1e-3, 10**-2.5, 1e-2, 1e-1), strict=True):
        column = int(np.abs(np.log(sweep.drags / drag)).argmin())
        heights = sweep.ranges[:, column]
        axes.plot(sweep.angles, heights, color=colour, label=f"{sweep.drags[column]:.2g}")
        axes.plot(sweep.best_angles[column], heights.max(), "o", color=colour, markersize=6)
    axes.set(xlabel="launch angle (degrees)", ylabel="range (m)", ylim=(0, None), xlim=(0, 90))
    axes.set_xticks(range(0, 91, 15))
    axes.set_title(f"Range at {sweep.speed:.0f} m/s; dots mark the best angle")
    axes.legend(title="drag $k$ (1/m)", fontsize=9, loc="upper left", bbox_to_anchor=(0.98, 1))
    axes.grid(alpha=0.25)


def _collapse(axes: "Axes", sweeps: list[Launches]) -> None:
    for colour, mark, sweep in zip(_COLOURS, _MARKS, sweeps, strict=False):
        axes.plot(
            sweep.drags * sweep.vacuum_best,
            sweep.best_angles,
            mark,
            color=colour,
            markersize=4.5,
            markerfacecolor="none",
            label=f"{sweep.speed:.0f} m/s",
        )
    axes.set_ylim(top=46)
    axes.axhline(45, color="black", linestyle="--", linewidth=1)
    axes.annotate("no drag: 45°", (1, 45), (0, 4), textcoords="offset points", fontsize=9)
    axes.set(xscale="log", xlabel="drag number $k v^2/g$ (no unit)", ylabel="best angle (degrees)")
    axes.set_title("One curve for every speed: the best angle falls with drag")
    axes.legend(title="launch speed", fontsize=9)
    axes.grid(alpha=0.25)


if __name__ == "__main__":
    draw(*sys.argv[1:])
