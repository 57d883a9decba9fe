"""Binding a design, and what has one, to the tables in which its rows are; one that computes its points needs none."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from application.ports.point_tables import PointTables
from domain.designs.row_source import stored_design
from domain.request import SweepRequest
from domain.sweep import Sweep
from domain.task import ShardTask

Designed = TypeVar("Designed", SweepRequest, ShardTask)


def bind_rows(designed: Designed, tables: PointTables | None) -> Designed:
    """Return a request or a task whose points can be computed: the rows of its table, if it has one, are in `tables`.

    Nothing is read yet. Without `tables` the points stay out of reach: each raises `DependencyUnavailable`.
    """
    stored = stored_design(designed.design)
    if stored is None or tables is None:
        return designed
    from application.stored_rows import bound_to  # noqa: PLC0415 - only a design from a file waits for it

    return replace(designed, design=bound_to(designed.design, stored, tables))


def bind_sweep(sweep: Sweep, tables: PointTables | None) -> Sweep:
    """Return a sweep whose request is bound."""
    request = bind_rows(sweep.request, tables)
    return sweep if request is sweep.request else replace(sweep, request=request)
