"""The Ishigami function: its closed-form indices against quadrature, and what its sweep finds against both."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from adapters.documents.sweep_file import read_sweep_file
from application.estimate_sensitivity import estimate_sensitivity
from domain.sensitivity import Bootstrap
from examples.ishigami import ishigami
from examples.ishigami.function import first_order, total_order

FOLDER = Path(__file__).parents[3] / "examples" / "ishigami"


def test_the_closed_form_is_that_of_the_integrals() -> None:
    """The variances of conditional means, by the trapezoidal rule, which is exact here but for rounding and x3^4."""
    angles = np.linspace(-math.pi, math.pi, 65)[:-1]
    nodes, weights = np.polynomial.legendre.leggauss(20)
    x1, x2, x3 = np.meshgrid(angles, angles, math.pi * nodes, indexing="ij")
    values = np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)
    shares = np.broadcast_to(weights / 2 / 64**2, values.shape)

    def mean(axes: tuple[int, ...]) -> np.ndarray:
        kept = shares.sum(axis=axes, keepdims=True)
        return np.asarray((values * shares).sum(axis=axes, keepdims=True) / kept)

    def variance(axes: tuple[int, ...]) -> float:
        kept = shares.sum(axis=axes, keepdims=True)
        return float((kept * mean(axes) ** 2).sum() - (values * shares).sum() ** 2)

    whole = variance(())
    assert first_order() == pytest.approx([variance(axes) / whole for axes in ((1, 2), (0, 2), (0, 1))], abs=1e-12)
    assert total_order() == pytest.approx([1 - variance((axis,)) / whole for axis in range(3)], abs=1e-12)


def test_the_sweep_finds_the_closed_form() -> None:
    """The indices of the example's sweep are within 0.005 of it, as its page says, and the page has the same digits."""
    request = read_sweep_file(FOLDER / "sweep.yaml")
    points = request.design.walk(0, request.design.size, lambda _, value: float(str(value)))
    found = estimate_sensitivity(request, (ishigami(x1, x2, x3) for x1, x2, x3 in points), Bootstrap())
    first, total = ([estimate.value for estimate in order] for order in (found.first, found.total))
    assert first == pytest.approx(list(first_order()), abs=0.005)
    assert total == pytest.approx(list(total_order()), abs=0.005)
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    exact = zip(first_order(), total_order(), strict=True)
    for name, here, closed in zip(request.design.names, zip(first, total, strict=True), exact, strict=True):
        row = f"| `{name}` | {here[0]:.4f} | {closed[0]:.4f} | "
        assert row in page
        assert f" | {here[1]:.4f} | {closed[1]:.4f} | " in page
