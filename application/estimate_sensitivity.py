"""The Sobol indices of a sensitivity analysis, from the values of its points."""

from __future__ import annotations

from collections.abc import Iterable

from domain.designs.saltelli import SaltelliDesign
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.sensitivity import Bootstrap, Sensitivity, sensitivity


def estimate_sensitivity(request: SweepRequest, values: Iterable[float | None], bootstrap: Bootstrap) -> Sensitivity:
    """Return the indices of the request's parameters, in their order; `values` has one for each point, None for none.

    Raises `InvalidSweep` for another design than saltelli and for values that do not vary, and `SweepConflict` if
    more than half of the blocks lack a value.
    """
    design = request.design
    if not isinstance(design, SaltelliDesign):
        message = "must be saltelli, without replicates: the indices are made of its blocks of points"
        raise InvalidSweep.at("design", message)
    return sensitivity(values, len(design.names), design.rows, bootstrap)
