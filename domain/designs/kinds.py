"""The kinds of designs: the one table that the reader, the writer and the schemas use. The first one is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kinds import Kinds

if TYPE_CHECKING:
    from domain.designs.design import Design

DESIGN_KINDS: Kinds[Design] = Kinds(
    {
        "grid": "domain.designs.grid:Grid",
        "points": "domain.designs.point_list:PointList",
        "random": "domain.designs.random:RandomDesign",
        "latin_hypercube": "domain.designs.latin_hypercube:LatinHypercubeDesign",
        "sobol": "domain.designs.sobol:SobolDesign",
        "halton": "domain.designs.halton:HaltonDesign",
        "saltelli": "domain.designs.saltelli:SaltelliDesign",
        "table": "domain.designs.point_table:PointTable",
    }
)
