"""The documents of contracts 1 and 3, written from the domain's values. The adapters read them back.

Written once, in one order, without a space: the same request gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import json

from domain.designs.design import Design
from domain.designs.grid import Grid
from domain.designs.point_list import PointList
from domain.plan import DefaultSharding, MaxPointsPerShard, Shard, ShardCount
from domain.request import SweepRequest
from domain.space.levels import Levels, Linspace, Range, Values
from domain.space.log_levels import Geomspace, Logspace
from domain.space.scalars import Json
from domain.sweep import Sweep

PAYLOAD_VERSION = 1


def encode(document: Json) -> str:
    """Give strict, compact JSON: ASCII only, keys in the order in which they stand."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False)


def request_document(request: SweepRequest) -> dict[str, Json]:
    """Give the request in its normal form: no shorthand, no default left out but a missing target and sharding."""
    document: dict[str, Json] = {"name": request.name}
    if request.target is not None:
        document["target"] = request.target
    document |= space_document(request.design, request.constants)
    if not isinstance(request.sharding, DefaultSharding):
        document["sharding"] = _sharding(request.sharding)
    return document


def request_digest(request: SweepRequest) -> str:
    """Give the SHA-256, in hexadecimal, of the request's normal form: equal requests have equal digests."""
    # A client may send the same constants in another order.
    constants = json.dumps(request.constants, sort_keys=True, allow_nan=False)
    normal = encode(request_document(request) | {"constants": constants})
    return hashlib.sha256(normal.encode()).hexdigest()


def space_document(design: Design, constants: dict[str, Json]) -> dict[str, Json]:
    """Give parameters, constants and design: all that is needed to compute a point."""
    match design:
        case Grid():
            groups: list[Json] = [list(group) for group in design.zip]
            kind: dict[str, Json] = {"kind": "grid", "zip": groups} if groups else {"kind": "grid"}
            parameters: dict[str, Json] = {parameter.name: _levels(parameter.levels) for parameter in design.parameters}
            return {"parameters": parameters, "constants": constants, "design": kind}
        case PointList():
            points: list[Json] = [dict(zip(design.names, row, strict=True)) for row in design.rows]
            return {"constants": constants, "design": {"kind": "points", "points": points}}
        case _:
            raise TypeError(f"{type(design).__name__} has no document")


class Payloads:
    """The worker payloads (contract 3) of one sweep; what all shards share is encoded once."""

    def __init__(self, sweep: Sweep) -> None:
        """Prepare for the sweep's design."""
        self._sweep = sweep
        self._target = encode(sweep.request.target)
        whole = isinstance(sweep.request.design, Grid)
        self._space = encode(space_document(sweep.request.design, sweep.request.constants)) if whole else None

    def of(self, shard: Shard) -> bytes:
        """Give the payload of one shard: self-contained, and the same bytes every time."""
        sweep = self._sweep
        part = sweep.request.design.part(shard.start, shard.stop)
        space = self._space or encode(space_document(part, sweep.request.constants))
        place = f'{{"number":{shard.number},"start":{shard.start},"stop":{shard.stop}}}'
        return (
            f'{{"version":{PAYLOAD_VERSION},"sweep_id":{encode(sweep.id)},"shard":{place},'
            f'"space":{space},"target":{self._target}}}'
        ).encode()


def _levels(levels: Levels) -> dict[str, Json]:
    match levels:
        case Values(values):
            return {"values": list(values)}
        case Linspace(start, stop, num):
            return {"linspace": {"start": start, "stop": stop, "num": num}}
        case Geomspace(start, stop, num):
            return {"geomspace": {"start": start, "stop": stop, "num": num}}
        case Logspace(start, stop, num, base):
            return {"logspace": {"start": start, "stop": stop, "num": num, "base": base}}
        case Range(start, stop, step):
            return {"range": {"start": start, "stop": stop, "step": step}}
        case _:
            raise TypeError(f"{type(levels).__name__} has no document")


def _sharding(sharding: MaxPointsPerShard | ShardCount) -> dict[str, Json]:
    if isinstance(sharding, MaxPointsPerShard):
        return {"max_points_per_shard": sharding.points}
    return {"shards": sharding.shards}
