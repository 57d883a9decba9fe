"""Contract 3, the worker payload: the event of one asynchronous invocation in, a `ShardTask` out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from adapters.documents.kind_shapes import Shape
from adapters.documents.request import read_design
from adapters.documents.request_shapes import KNOWN_KEYS, SpaceShape
from adapters.documents.validation_errors import TOP, malformed
from application.documents.payload import PAYLOAD_VERSION
from domain.errors import MalformedSweep, located
from domain.plan import Shard
from domain.space.names import SWEEP_ID, TARGET_NAME
from domain.task import ShardTask

Index = Annotated[int, Field(ge=0)]


class ShardShape(Shape):
    """A shard: a half-open range of indices `[start, stop)`, and its number."""

    number: Index
    start: Index
    stop: Index


class PayloadShape(Shape):
    """All that a worker needs, in any programming language."""

    version: Literal[1]
    sweep_id: Annotated[str, Field(pattern=SWEEP_ID)]
    shard: ShardShape
    space: SpaceShape
    target: Annotated[str, Field(pattern=TARGET_NAME)]


_KNOWN_KEYS = {
    **KNOWN_KEYS,
    TOP: tuple(PayloadShape.model_fields),
    "shard": tuple(ShardShape.model_fields),
    "space": tuple(SpaceShape.model_fields),
}


def read_payload(document: Any) -> ShardTask:  # noqa: ANN401 - an event may carry any document
    """Return the task of a payload; raises `MalformedSweep` for its shape, `InvalidSweep` for what no shape can say."""
    version = document.get("version") if isinstance(document, dict) else None
    # In Python true and 1.0 equal 1, but the schema accepts neither.
    if type(version) is not int or version != PAYLOAD_VERSION:
        raise MalformedSweep.at("version", f"is not {PAYLOAD_VERSION}, the only one that this worker understands")
    try:
        shape = PayloadShape.model_validate(document)
    except ValidationError as error:
        raise malformed(error, _KNOWN_KEYS) from None
    shard = Shard(shape.shard.number, shape.shard.start, shape.shard.stop)
    with located("space"):
        design = read_design(shape.space)
    first = 0 if design.travels_whole else shard.start
    return ShardTask(shape.sweep_id, shard, design, shape.space.constants, shape.target, first)
