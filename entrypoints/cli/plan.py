"""`sweep plan`: what a file would do, without doing any of it."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from adapters.documents.answers import plan_document
from adapters.documents.sweep_file import read_sweep_file
from application.documents.request import Payloads, encode, request_digest
from domain.errors import InvalidSweep
from domain.plan import Shard
from domain.request import SweepRequest
from domain.space.scalars import Json
from domain.sweep import Sweep

# Stands in a shown payload where the id of a submitted sweep would stand.
_NO_ID = "000000000000"


def plan(file: Path, *, shard: int | None, point: int | None, as_json: bool) -> None:
    """Print the plan of a file, and one shard or one point of it if asked."""
    request = read_sweep_file(file)
    document = _document(request, shard, point)
    if as_json:
        typer.echo(encode(document))
        return
    for name, value in document.items():
        text = value if isinstance(value, str) else json.dumps(value)
        typer.echo(f"{name.replace('_', ' ') + ':':<18}{text}")


def _document(request: SweepRequest, shard: int | None, point: int | None) -> dict[str, Json]:
    cut = request.plan
    document = plan_document(request)
    if shard is not None:
        document |= _shard(request, _asked("--shard", shard, cut.shards))
    if point is not None:
        document["point"] = dict(request.design.point(_asked("--point", point, cut.size)))
    return document


def _shard(request: SweepRequest, number: int) -> dict[str, Json]:
    chosen: Shard = request.plan.shard(number)
    sweep = Sweep(f"{request.name}-{_NO_ID}", "", request_digest(request), request, 0.0)
    place: Json = {"number": chosen.number, "start": chosen.start, "stop": chosen.stop}
    return {"shard": place, "payload": json.loads(Payloads(sweep).of(chosen))}


def _asked(option: str, number: int, count: int) -> int:
    if number >= count:
        raise InvalidSweep.at(option, f"{number} is too large; the last one is {count - 1}")
    return number
