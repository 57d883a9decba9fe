"""Contract 3, the worker payload: what one asynchronous invocation carries in, a `ShardTask` out."""

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
    """A half-open range of indices, and its number."""

    number: Index
    start: Index
    stop: Index


class PayloadShape(Shape):
    """Everything a worker needs, in whatever language it is written."""

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


def read_payload(document: Any) -> ShardTask:  # noqa: ANN401 - whatever an event carries
    """Return the task of a payload; raises `MalformedSweep` or `InvalidSweep` for one that no version has written."""
    version = document.get("version") if isinstance(document, dict) else None
    # To Python, true and 1.0 equal 1; to the schema they are no version.
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
