"""`sweep sensitivity`: the Sobol indices of a saltelli sweep, as a table, as JSON and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from adapters.report.point_values import point_values
from adapters.report.sensitivity_chart import draw_sensitivity
from application.documents.compact_json import encode
from application.estimate_sensitivity import estimate_sensitivity
from application.place import Place
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep
from domain.sensitivity import Bootstrap, Estimate, Sensitivity
from domain.space.scalars import Json
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.long_work import bar
from entrypoints.cli.texts import counted

_LONGEST_BAR = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which number of each value is analysed, how intervals are made, and the picture's file.

    Without a key it is the value itself.
    """

    key: str | None
    bootstrap: Bootstrap
    picture: Path | None


def sensitivity(sweep: str, place: Place, wanted: Wanted, *, as_json: bool) -> None:
    """Print the indices of a sweep, and draw them if that is wanted."""
    sweep_id = place.find(sweep, no_deadline).id
    request = place.sweeps.request(sweep_id, no_deadline)
    with interruptible(), bar("sensitivity") as show:
        paths = place.files.fetch(sweep_id, show, no_deadline)
        if not paths:
            raise InvalidSweep.at(sweep_id, "has no results yet")
        values = point_values(paths, wanted.key, request.plan.size)
        found = estimate_sensitivity(request, values, wanted.bootstrap)
    names = request.design.names
    if wanted.picture:
        draw_sensitivity(found, names, f"{request.name}: {wanted.key or 'value'}", wanted.picture)
    if as_json:
        typer.echo(encode(sensitivity_document(found, names, wanted)))
        return
    _print(found, names, wanted.bootstrap.confidence)


def sensitivity_document(found: Sensitivity, names: tuple[str, ...], wanted: Wanted) -> Json:
    """Return the indices as `--json` prints them."""
    indices: list[Json] = [
        {"parameter": name, "first": _estimate(first), "total": _estimate(total)}
        for name, first, total in zip(names, found.first, found.total, strict=True)
    ]
    blocks: dict[str, Json] = {"blocks": found.blocks, "left_out": found.left_out}
    return {"value": wanted.key, "confidence": wanted.bootstrap.confidence, **blocks, "indices": indices}


def _estimate(estimate: Estimate) -> Json:
    return {"value": estimate.value, "margin": estimate.margin}


def _print(found: Sensitivity, names: tuple[str, ...], confidence: float) -> None:
    from rich.console import Console  # noqa: PLC0415 - takes a moment to load, which JSON need not wait for
    from rich.table import Table  # noqa: PLC0415 - likewise

    table = Table("parameter", "first order", "total order", "", box=None, pad_edge=False)
    table.columns[1].justify = table.columns[2].justify = "right"
    for name, first, total in zip(names, found.first, found.total, strict=True):
        table.add_row(name, _shown(first), _shown(total), _bars(first, total))
    Console(highlight=False).print(table)
    for line in _notes(found, confidence):
        typer.echo(line)


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.4f} ± {estimate.margin:.4f}"


def _bars(first: Estimate, total: Estimate) -> str:
    """Return a bar as long as the total order, the part of the first order full."""
    whole = _length(total)
    full = min(_length(first), whole)
    return "█" * full + "░" * (whole - full)


def _length(estimate: Estimate) -> int:
    return round(min(max(estimate.value, 0.0), 1.0) * _LONGEST_BAR)


def _notes(found: Sensitivity, confidence: float) -> Iterator[str]:
    yield f"from {counted(found.blocks, 'block', 'blocks')} of points; intervals of {confidence:.0%} confidence"
    if found.left_out:
        yield f"note: {counted(found.left_out, 'block', 'blocks')} left out: a point of each has no value"
