"""The kinds of designs: the one table that the reader, the writer and the schemas use. The first one is the default."""

from __future__ import annotations

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList

DESIGN_KINDS: dict[str, type[Design]] = {
    "grid": Grid,
    "points": PointList,
}
