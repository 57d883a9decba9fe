"""`sweep plan`: what a request would do, without doing any of it."""

from __future__ import annotations

import json
import os

import typer

from adapters.documents.answers import plan_document, share_at_hand
from application.documents.compact_json import encode
from application.plan_sweep import PlannedSweep
from domain.condition_share import ConditionShare
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.space.scalars import Json
from entrypoints.cli.asked import Asked
from entrypoints.cli.beginning import condition_notes, endless_note
from entrypoints.cli.requests import request_of
from entrypoints.containers.local import LocalContainer


def plan(asked: Asked, *, shard: int | None, point: int | None, as_json: bool) -> None:
    """Print the plan of a request, and one shard or one point of it if asked."""
    planned = _plan(request_of(asked))
    share = share_at_hand(planned.request)
    for note in (*endless_note(planned.request.plan.size, os.cpu_count() or 1), *condition_notes(share)):
        typer.echo(note, err=True)
    document = _document(planned, share, shard, point)
    if as_json:
        typer.echo(encode(document))
        return
    for name, value in document.items():
        text = value if isinstance(value, str) else json.dumps(value)
        typer.echo(f"{name.replace('_', ' ') + ':':<18}{text}")


def _plan(request: SweepRequest) -> PlannedSweep:
    """Plan a request that may be meant for another machine; what forbids a run on this one is a note."""
    try:
        return LocalContainer.plan_sweep()(request)
    except InvalidSweep as refusal:
        for problem in refusal.problems:
            typer.echo(f"note: sweep run would refuse it here: {problem}", err=True)
        return PlannedSweep(request)


def _document(
    planned: PlannedSweep, share: ConditionShare | None, shard: int | None, point: int | None
) -> dict[str, Json]:
    request = planned.request
    document = plan_document(request, share)
    if shard is not None:
        chosen = request.plan.shard(_within("--shard", shard, request.plan.shards))
        document["shard"] = {"number": chosen.number, "start": chosen.start, "stop": chosen.stop}
        document["payload"] = json.loads(planned.payload(chosen))
    if point is not None:
        document["point"] = dict(request.design.point(_within("--point", point, request.plan.size)))
    return document


def _within(option: str, number: int, count: int) -> int:
    if number >= count:
        raise InvalidSweep.at(option, f"{number} is too large; the last one is {count - 1}")
    return number
