"""Binding a design, and what has one, to the tables in which its rows are; one that computes its points needs none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from domain.designs.replicated import is_stored

if TYPE_CHECKING:
    from application.ports.point_tables import PointTables
    from domain.request import SweepRequest
    from domain.sweep import Sweep
    from domain.task import ShardTask

Designed = TypeVar("Designed", "SweepRequest", "ShardTask")


def bind_rows(designed: Designed, tables: PointTables | None) -> Designed:
    """Return a request or a task whose points can be computed: the rows of its table, if it has one, are in `tables`.

    Nothing is read yet. Without `tables` the points stay out of reach: each raises `DependencyUnavailable`.
    """
    if tables is None or not is_stored(designed.design):
        return designed
    from application.stored_rows import bound_to  # noqa: PLC0415 - only a design from a file waits for it

    return replace(designed, design=bound_to(designed.design, tables))


def bind_sweep(sweep: Sweep, tables: PointTables | None) -> Sweep:
    """Return a sweep whose request is bound."""
    request = bind_rows(sweep.request, tables)
    return sweep if request is sweep.request else replace(sweep, request=request)
