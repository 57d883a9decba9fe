"""The kinds of designs: the one table that the reader, the writer and the schemas use. The first one is the default."""

from __future__ import annotations

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.halton import HaltonDesign
from domain.designs.latin_hypercube import LatinHypercubeDesign
from domain.designs.point_list import PointList
from domain.designs.random import RandomDesign
from domain.designs.saltelli import SaltelliDesign
from domain.designs.sobol import SobolDesign

DESIGN_KINDS: dict[str, type[Design]] = {
    "grid": Grid,
    "points": PointList,
    "random": RandomDesign,
    "latin_hypercube": LatinHypercubeDesign,
    "sobol": SobolDesign,
    "halton": HaltonDesign,
    "saltelli": SaltelliDesign,
}
