"""The shape of a sweep request (contract 1), as pydantic models that say nothing of its sense.

They are the one source of the gateway's model and of the published schemas.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag

from adapters.documents.kind_shapes import DEFAULT_DESIGN, DESIGN_SHAPES, KIND_KEYS, DesignShape, ParameterShape, Shape
from adapters.documents.validation_errors import TOP
from domain.space.names import LONGEST_TARGET, MOST_PARAMETERS, PARAMETER_NAME, SWEEP_NAME, TARGET_NAME
from domain.space.scalars import LARGEST_COUNT

Count = Annotated[int, Field(ge=1, le=LARGEST_COUNT)]
Name = Annotated[str, Field(pattern=PARAMETER_NAME)]


class MaxPointsShape(Shape):
    """At most so many points in a shard."""

    max_points_per_shard: Count


class ShardsShape(Shape):
    """Exactly so many shards."""

    shards: Count


def _sharding_kind(document: object) -> str:
    return "<shards>" if isinstance(document, dict) and "shards" in document else "<max>"


ShardingShape = Annotated[
    Annotated[MaxPointsShape, Tag("<max>")] | Annotated[ShardsShape, Tag("<shards>")], Discriminator(_sharding_kind)
]


_IS_POINTS: dict[str, JsonValue] = {"required": ["kind"], "properties": {"kind": {"enum": ["points"]}}}


class SpaceShape(Shape):
    """All that is needed to compute a point. Only the points design, whose points name them, has no parameters."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["parameters"]},
                {"required": ["design"], "properties": {"design": _IS_POINTS}},
            ]
        }
    )

    parameters: dict[Name, ParameterShape] = Field({}, min_length=1, max_length=MOST_PARAMETERS)
    constants: dict[Name, Any] = Field({})
    design: DesignShape = DESIGN_SHAPES[DEFAULT_DESIGN]()


class RequestShape(SpaceShape):
    """One function, evaluated at every point of one design."""

    name: Annotated[str, Field(pattern=SWEEP_NAME)]
    target: Annotated[str, Field(pattern=TARGET_NAME, max_length=LONGEST_TARGET)] | None = None
    sharding: ShardingShape | None = None


KNOWN_KEYS = {
    TOP: tuple(RequestShape.model_fields),
    **KIND_KEYS,
    "<max>": ("max_points_per_shard", "shards"),
    "<shards>": ("max_points_per_shard", "shards"),
}
