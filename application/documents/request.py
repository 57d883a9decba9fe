"""Contract 1, the sweep request, as a document in its normal form. The adapters read it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from application.documents.compact_json import encode
from application.documents.space import space_design, space_document
from domain.dispatch_order import DispatchOrder
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.scalars import Json


def request_document(request: SweepRequest) -> dict[str, Json]:
    """Return the request in its normal form: no shorthand, no default left out.

    A missing target is, and so are the default sharding, the default order of dispatch, and an earlier sweep that is
    none.
    """
    document: dict[str, Json] = {"name": request.name}
    if request.target is not None:
        document["target"] = request.target
    document |= space_document(request.design, request.constants, request.where)
    match request.sharding:
        case MaxPointsPerShard(points):
            document["sharding"] = {"max_points_per_shard": points}
        case ShardCount(shards):
            document["sharding"] = {"shards": shards}
    if request.order is not DispatchOrder.PLAN:
        document["dispatch"] = {"order": request.order.value}
    if request.extends is not None:
        document["extends"] = request.extends
    return document


def own_request(document: Mapping[str, Any]) -> SweepRequest:
    """Return the request of a document in its normal form, which this program wrote; raises `InvalidSweep`.

    What others write is read by the adapters, which refuse what is none.
    """
    sharding: Sharding = DefaultSharding()
    match document.get("sharding"):
        case {"max_points_per_shard": points}:
            sharding = MaxPointsPerShard(points)
        case {"shards": shards}:
            sharding = ShardCount(shards)
    order = DispatchOrder(document.get("dispatch", {"order": DispatchOrder.PLAN})["order"])
    design, constants, extends = space_design(document), document["constants"], document.get("extends")
    request = SweepRequest(
        document["name"], document.get("target"), design, constants, sharding, order, extends=extends
    )
    return request.constrained(document.get("where"))


def request_digest(request: SweepRequest) -> str:
    """Return the SHA-256, in hexadecimal, of the request's normal form: equal requests have equal digests.

    Requests that differ alone in the order of dispatch, or in the sweep that they extend, ask for the same results, and
    are the same sweep.
    """
    # A client may send the same constants in another order.
    constants = json.dumps(request.constants, sort_keys=True, allow_nan=False)
    document = request_document(request) | {"constants": constants}
    document.pop("dispatch", None)
    document.pop("extends", None)
    return hashlib.sha256(encode(document).encode()).hexdigest()
