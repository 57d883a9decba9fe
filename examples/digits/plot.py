"""Draw the table of the digits sweep: `plot.py TABLE.parquet PICTURE.png`."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73")  # Okabe and Ito, 2008
_POOR: Final = 85.0  # percent; all lower values have one colour, which leaves the others distinct colours
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
class Scores:
    """Means over the folds, in percent, as arrays over (gamma, penalty)."""

    gammas: "Numbers"
    penalties: "Numbers"
    accuracy: "Numbers"
    training_accuracy: "Numbers"
    support_vectors: "Numbers"

    @property
    def best(self) -> tuple[int, int]:
        """The indices of the gamma and of the penalty with the highest accuracy."""
        gamma, penalty = np.unravel_index(self.accuracy.argmax(), self.accuracy.shape)
        return int(gamma), int(penalty)


def draw(table: str, picture: str) -> None:
    """Read the sweep's table (Parquet) and write its picture (PNG)."""
    mpl.use("Agg")
    with plt.style.context(_STYLE):
        _figure(_read(table)).savefig(picture, dpi=90)
        plt.close("all")


def _read(table: str) -> Scores:
    query = """
        select gamma, penalty, 100 * avg("value.accuracy"), 100 * avg("value.training_accuracy"),
               100 * avg("value.support_vectors")
        from read_parquet(?) group by 1, 2 order by 1, 2
    """
    columns = duckdb.execute(query, [table]).fetchnumpy()
    numbers = [np.asarray(column, float) for column in columns.values()]
    axes = [np.unique(axis) for axis in numbers[:2]]
    shape = (len(axes[0]), len(axes[1]))
    return Scores(*axes, *(measure.reshape(shape) for measure in numbers[2:]))


def _figure(scores: Scores) -> "Figure":
    figure, (heat, curves) = plt.subplots(1, 2, figsize=(12, 5.6), layout="constrained", width_ratios=(1.35, 1))
    title = "Handwritten digits: which kernel and penalty recognise them best?"
    figure.suptitle(title, fontsize=15, weight="bold")
    _heat_map(heat, scores)
    _curves(curves, scores)
    return figure


def _heat_map(axes: "Axes", scores: Scores) -> None:
    shown = scores.accuracy.T
    image = axes.imshow(shown, cmap="viridis", origin="lower", aspect="auto", vmin=_POOR, vmax=100)
    for (row, column), percent in np.ndenumerate(shown):
        ink = "black" if percent > (_POOR + 100) / 2 else "white"
        axes.text(column, row, f"{percent:.1f}", ha="center", va="center", color=ink, fontsize=9)
    gamma, penalty = scores.best
    frame = Rectangle((gamma - 0.5, penalty - 0.5), 1, 1, fill=False, color="#D55E00", linewidth=3)
    axes.add_patch(frame)
    axes.set_xticks(range(len(scores.gammas)), [f"{one:.2g}" for one in scores.gammas])
    axes.set_yticks(range(len(scores.penalties)), [f"{one:g}" for one in scores.penalties])
    axes.set(xlabel="kernel coefficient $\\gamma$ (no unit)", ylabel="penalty $C$ (no unit)")
    axes.set_title("Accuracy on held-out images (%), mean of 3 folds; the best is framed")
    axes.figure.colorbar(image, ax=axes, pad=0.015, extend="min").set_label("accuracy (%)")


def _curves(axes: "Axes", scores: Scores) -> None:
    _, penalty = scores.best
    lines = {
        "training images right": scores.training_accuracy,
        "held-out images right": scores.accuracy,
        "images kept as support vectors": scores.support_vectors,
    }
    for colour, mark, (label, measure) in zip(_COLOURS, _MARKS, lines.items(), strict=True):
        axes.plot(scores.gammas, measure[:, penalty], color=colour, marker=mark, label=label)
    axes.set(xscale="log", xlabel="kernel coefficient $\\gamma$ (no unit)", ylabel="share of images (%)")
    axes.set(ylim=(0, 103))
    axes.set_title(f"Too large a $\\gamma$ learns by heart (C = {scores.penalties[penalty]:g})")
    axes.legend(fontsize=9, loc="lower left")
    axes.grid(alpha=0.25)


if __name__ == "__main__":
    draw(*sys.argv[1:])
