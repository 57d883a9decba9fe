"""Contract 3, the worker payload: the event of one asynchronous invocation in, a `ShardTask` out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from adapters.documents.kind_shapes import Shape
from adapters.documents.request import read_design
from adapters.documents.request_shapes import KNOWN_KEYS, SpaceShape
from adapters.documents.validation_errors import TOP, KnownKeys, malformed
from domain.errors import MalformedSweep, located
from domain.plan import Shard
from domain.space.names import SWEEP_ID, TARGET_NAME
from domain.task import ShardTask

Index = Annotated[int, Field(ge=0)]
SweepId = Annotated[str, Field(pattern=SWEEP_ID)]
Target = Annotated[str, Field(pattern=TARGET_NAME)]


class ShardShape(Shape):
    """A shard: a half-open range of indices `[start, stop)`, and its number."""

    number: Index
    start: Index
    stop: Index


class RetriedShardShape(ShardShape):
    """A shard that is dispatched anew, for the `generation`-th time."""

    generation: Annotated[int, Field(ge=1)]


class PayloadShape(Shape):
    """All that a worker needs, in any programming language: version 1, of the first run of a shard."""

    version: Literal[1]
    sweep_id: SweepId
    shard: ShardShape
    space: SpaceShape
    target: Target


class RetriedPayloadShape(Shape):
    """Version 2, of every further run of a shard."""

    version: Literal[2]
    sweep_id: SweepId
    shard: RetriedShardShape
    space: SpaceShape
    target: Target


_SHAPES: dict[int, type[PayloadShape | RetriedPayloadShape]] = {1: PayloadShape, 2: RetriedPayloadShape}
_SHARDS: dict[int, type[ShardShape]] = {1: ShardShape, 2: RetriedShardShape}


def read_payload(document: Any) -> ShardTask:  # noqa: ANN401 - an event may carry any document
    """Return the task of a payload; raises `MalformedSweep` for its shape, `InvalidSweep` for what no shape can say."""
    version = document.get("version") if isinstance(document, dict) else None
    # In Python true and 1.0 equal 1, but the schemas accept neither.
    if type(version) is not int or version not in _SHAPES:
        known = " or ".join(map(str, _SHAPES))
        raise MalformedSweep.at("version", f"is not {known}, the only ones that this worker understands")
    try:
        shape = _SHAPES[version].model_validate(document)
    except ValidationError as error:
        raise malformed(error, _known_keys(version)) from None
    shard = Shard(**dict(shape.shard))
    with located("space"):
        design = read_design(shape.space)
    first = 0 if design.travels_whole else shard.start
    return ShardTask(shape.sweep_id, shard, design, shape.space.constants, shape.target, first)


def _known_keys(version: int) -> KnownKeys:
    return {
        **KNOWN_KEYS,
        TOP: tuple(_SHAPES[version].model_fields),
        "shard": tuple(_SHARDS[version].model_fields),
        "space": tuple(SpaceShape.model_fields),
    }
