"""The Sobol indices of a request: of its parameters, from the values of its points."""

from __future__ import annotations

import pytest

from application.estimate_sensitivity import estimate_sensitivity
from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.replicated import Replicated
from domain.designs.saltelli import SaltelliDesign
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.sensitivity import Bootstrap, sensitivity
from domain.space.distributions.uniform import Uniform
from domain.space.parameter import Parameter
from domain.space.values import Values

PARAMETERS = [Parameter("x", Uniform(0, 1)), Parameter("y", Uniform(0, 2))]
DESIGN = SaltelliDesign.of(PARAMETERS, points=64, seed=3)


@pytest.mark.parametrize("second_order", [False, True])
def test_the_indices_are_those_of_the_designs_blocks(second_order: bool) -> None:  # noqa: FBT001 - a case
    """Of as many rows as the design has for each base point, with or without those of the second order."""
    design = SaltelliDesign.of(PARAMETERS, points=64, seed=3, second_order=second_order)
    values = [x + y for x, y in design.walk(0, design.size, lambda _, value: float(str(value)))]
    found = estimate_sensitivity(SweepRequest("s", None, design), values, Bootstrap())
    assert design.rows == (6 if second_order else 4)
    assert found == sensitivity(values, 2, design.rows, Bootstrap())
    assert found.first[0].value == pytest.approx(0.2, abs=0.05)
    assert found.total[1].value == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    "design",
    [
        pytest.param(Grid((Parameter("x", Values((1, 2))),)), id="grid"),
        pytest.param(Replicated(DESIGN, 2), id="replicates"),
    ],
)
def test_another_design_has_no_indices(design: Design) -> None:
    """Its points are in no blocks."""
    with pytest.raises(InvalidSweep, match="design: must be saltelli"):
        estimate_sensitivity(SweepRequest("s", None, design), [], Bootstrap())
