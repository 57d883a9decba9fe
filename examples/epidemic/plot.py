"""Draw the table of the epidemic sweep: `plot.py TABLE.parquet PICTURE.png`."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7")  # Okabe and Ito, 2008
_DASHES: Final = ("-", "--", "-.", ":")
_STYLE: Final[dict[str, Any]] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "figure.constrained_layout.hspace": 0.08,
    "figure.constrained_layout.wspace": 0.06,
}


@dataclass(frozen=True, slots=True)
class Outbreaks:
    """Every measure as an array over (R0, infectious period in days, vaccinated share)."""

    r0: "Numbers"
    periods: "Numbers"
    vaccinated: "Numbers"
    final_size: "Numbers"
    peak: "Numbers"
    peak_day: "Numbers"


def draw(table: str, picture: str) -> None:
    """Read the sweep's table (Parquet) and write its picture (PNG)."""
    mpl.use("Agg")
    with plt.style.context(_STYLE):
        _figure(_read(table)).savefig(picture, dpi=90)
        plt.close("all")


def _read(table: str) -> Outbreaks:
    query = """
        select r0, infectious_period, vaccinated,
               "value.final_size", "value.peak", "value.peak_day"
        from read_parquet(?) order by 1, 2, 3
    """
    columns = duckdb.execute(query, [table]).fetchnumpy()
    numbers = [np.asarray(column, float) for column in columns.values()]
    axes = [np.unique(axis) for axis in numbers[:3]]
    shape = tuple(len(axis) for axis in axes)
    return Outbreaks(*axes, *(measure.reshape(shape) for measure in numbers[3:]))


def _figure(sweep: Outbreaks) -> "Figure":
    figure, panels = plt.subplots(2, 2, figsize=(12, 8.4), layout="constrained")
    figure.suptitle("How much vaccination stops an outbreak?", fontsize=15, weight="bold")
    _heat_map(panels[0, 0], sweep, sweep.final_size, "ever infected (% of population)")
    _heat_map(panels[0, 1], sweep, sweep.peak, "infected at the peak (% of population)")
    _sizes(panels[1, 0], sweep)
    _days(panels[1, 1], sweep)
    return figure


def _heat_map(axes: "Axes", sweep: Outbreaks, measure: "Numbers", label: str) -> None:
    shares = 100 * measure[:, 0, :].T
    x, y = sweep.r0, 100 * sweep.vaccinated
    image = axes.pcolormesh(x, y, shares, cmap="viridis", vmin=0, rasterized=True)
    levels = [20, 40, 60, 80] if shares.max() > 80 else [10, 20, 30, 40]
    lines = axes.contour(x, y, shares, levels, colors="white", linewidths=0.7)
    axes.clabel(lines, fmt="%g %%", fontsize=8)
    beyond = np.linspace(1, x[-1], 200)
    axes.plot(beyond, 100 * (1 - 1 / beyond), color="#E69F00", linewidth=2.5)
    axes.text(0.6, 77, "no outbreak", color="white", fontsize=10)
    axes.text(0.6, 83, "above herd immunity, $1 - 1/R_0$:", color="#E69F00", fontsize=10)
    axes.set(xlabel="basic reproduction number $R_0$", ylabel="vaccinated beforehand (%)")
    axes.set(ylim=(0, y[-1]))
    axes.set_title(label[0].upper() + label[1:])
    axes.figure.colorbar(image, ax=axes, pad=0.015).set_label(label)


def _sizes(axes: "Axes", sweep: Outbreaks) -> None:
    for colour, r0 in zip(_COLOURS, (1.5, 2, 3, 4, 6), strict=True):
        row = int(np.abs(sweep.r0 - r0).argmin())
        shares = 100 * sweep.final_size[row, 0]
        label = f"$R_0$ = {sweep.r0[row]:g}"
        axes.plot(100 * sweep.vaccinated, shares, color=colour, linewidth=2, label=label)
        axes.plot(100 * (1 - 1 / r0), 0, "v", color=colour, markersize=9, clip_on=False)
    axes.set(xlabel="vaccinated beforehand (%)", ylabel="ever infected (%)", xlim=(0, 90))
    axes.set(ylim=(0, 102))
    axes.legend(loc="upper right", reverse=True)
    axes.set_title("Ever infected; triangles mark $1 - 1/R_0$")
    axes.grid(alpha=0.25)


def _days(axes: "Axes", sweep: Outbreaks) -> None:
    chosen = [int(np.abs(sweep.vaccinated - share).argmin()) for share in (0.0, 0.5)]
    for colour, (number, period) in zip(_COLOURS, enumerate(sweep.periods), strict=False):
        for dashes, column in zip(_DASHES, chosen, strict=False):
            days = sweep.peak_day[:, number, column]
            axes.plot(
                sweep.r0[days > 0],
                days[days > 0],
                dashes,
                color=colour,
                linewidth=2,
                label=f"{period:g} days, {100 * sweep.vaccinated[column]:.0f} % vaccinated",
            )
    axes.set(yscale="log", xlabel="basic reproduction number $R_0$", xlim=(1, sweep.r0[-1]))
    axes.set(yticks=[10, 30, 100, 300], yticklabels=["10", "30", "100", "300"])
    axes.set(ylabel="day of the peak (days)")
    axes.set_title("Time to prepare, by infectious period")
    axes.legend(fontsize=9)
    axes.grid(alpha=0.25)


if __name__ == "__main__":
    draw(*sys.argv[1:])
