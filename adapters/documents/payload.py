"""Contract 3, the worker payload: the event of one asynchronous invocation in, a `ShardTask` out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from adapters.documents.kind_shapes import WHEN, Shape
from adapters.documents.request import read_design, repeated_design
from adapters.documents.request_shapes import ExtendedSpaceShape, SpaceShape, known_keys
from adapters.documents.validation_errors import TOP, KnownKeys, malformed
from domain.designs.replicated import first_index
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


class ExtendedShardShape(ShardShape):
    """A shard of an extended space, dispatched anew for the `generation`-th time; the first run has 0."""

    generation: Index


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


class ExtendedPayloadShape(Shape):
    """Version 3, of every run of a shard of an extended space, or of a sweep that extends an earlier one."""

    version: Literal[3]
    sweep_id: SweepId
    shard: ExtendedShardShape
    space: ExtendedSpaceShape
    target: Target
    # Where it is left out, as no id is empty.
    extends: SweepId = ""


_SHAPES: dict[int, type[PayloadShape | RetriedPayloadShape | ExtendedPayloadShape]] = {
    1: PayloadShape,
    2: RetriedPayloadShape,
    3: ExtendedPayloadShape,
}
_SHARDS: dict[int, type[ShardShape]] = {1: ShardShape, 2: RetriedShardShape, 3: ExtendedShardShape}
_SPACES: dict[int, type[SpaceShape]] = {1: SpaceShape, 2: SpaceShape, 3: ExtendedSpaceShape}
# The first version that knows conditions on which a parameter exists, and points that are rows of a table.
_EXTENDED = 3
_TABLE = "table"


def read_payload(document: Any) -> ShardTask:  # noqa: ANN401 - an event may carry any document
    """Return the task of a payload; raises `MalformedSweep` for its shape, `InvalidSweep` for what no shape can say."""
    version = document.get("version") if isinstance(document, dict) else None
    # In Python true and 1.0 equal 1, but the schemas accept neither.
    if type(version) is not int or version not in _SHAPES:
        *others, last = _SHAPES
        known = ", ".join(map(str, others))
        raise MalformedSweep.at("version", f"is not {known} or {last}, the only ones that this worker understands")
    try:
        shape = _SHAPES[version].model_validate(document)
    except ValidationError as error:
        raise malformed(error, _known_keys(version)) from None
    if version < _EXTENDED:
        _check_plain(version, shape.space)
    shard = Shard(**dict(shape.shard))
    with located("space"):
        design = read_design(shape.space)
        if isinstance(shape, ExtendedPayloadShape) and "replicates" in shape.space.model_fields_set:
            design = repeated_design(design, shape.space.replicates)
    first = first_index(design, shard.start)
    extends = (shape.extends or None) if isinstance(shape, ExtendedPayloadShape) else None
    task = ShardTask(shape.sweep_id, shard, design, shape.space.constants, shape.target, first, extends=extends)
    if isinstance(shape, ExtendedPayloadShape) and "where" in shape.space.model_fields_set:
        with located("space"):
            return task.constrained(shape.space.where)
    return task


def _check_plain(version: int, space: SpaceShape) -> None:
    message = f"is unknown in a payload of version {version}; version {_EXTENDED} has it"
    for name, parameter in space.parameters.items():
        if not isinstance(parameter, list) and getattr(parameter, WHEN).root:
            raise MalformedSweep.at(f"space.parameters.{name}.{WHEN}", message)
    if space.design.kind == _TABLE:
        raise MalformedSweep.at("space.design.kind", message)


def _known_keys(version: int) -> KnownKeys:
    return {
        **known_keys(),
        TOP: tuple(_SHAPES[version].model_fields),
        "shard": tuple(_SHARDS[version].model_fields),
        "space": tuple(_SPACES[version].model_fields),
    }
