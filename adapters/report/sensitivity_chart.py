"""The picture of a sensitivity analysis: two bars for each parameter, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adapters.machine.extras import library
from domain.sensitivity import Estimate, Sensitivity

# Okabe and Ito, "Color universal design", 2008: told apart by every eye.
_FIRST, _TOTAL = "#0072B2", "#E69F00"
_BAR = 0.38  # of the space that a parameter has
_INCHES_A_PARAMETER, _INCHES = 0.55, 1.3


def draw_sensitivity(found: Sensitivity, names: Sequence[str], title: str, file: Path) -> None:
    """Write the picture, PNG, SVG or PDF, as the file's name ends.

    Raises `DependencyUnavailable` without matplotlib.
    """
    figures = library("matplotlib.figure", "examples")
    figure = figures.Figure(figsize=(7, _INCHES + _INCHES_A_PARAMETER * len(names)), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(names))
    _bars(axes, [place - _BAR / 2 for place in places], found.first, "first order: alone", _FIRST)
    _bars(axes, [place + _BAR / 2 for place in places], found.total, "total order: with interactions", _TOTAL)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("share of the variance")
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(file)


def _bars(axes: Any, places: Sequence[float], estimates: Sequence[Estimate], label: str, colour: str) -> None:  # noqa: ANN401 - matplotlib's axes
    values, margins = [one.value for one in estimates], [one.margin for one in estimates]
    axes.barh(places, values, _BAR, xerr=margins, label=label, color=colour, capsize=3)
