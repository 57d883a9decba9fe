"""The shape of a sweep request (contract 1), as pydantic models: types, keys and limits, and nothing of its sense.

The gateway's model and the published schemas are made from them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag

from adapters.documents.kind_shapes import DEFAULT_DESIGN, DesignShape, ParameterShape, Shape, design_shape, kind_keys
from adapters.documents.tags import tag
from adapters.documents.validation_errors import TOP, KnownKeys
from domain.conditions.limits import LONGEST_CONDITION
from domain.designs.replicated import HIGHEST_SEED, LOWEST_SEED, MOST_REPLICATES
from domain.dispatch_order import DispatchOrder
from domain.space.names import LONGEST_TARGET, MOST_PARAMETERS, PARAMETER_NAME, SWEEP_ID, SWEEP_NAME, TARGET_NAME
from domain.space.scalars import LARGEST_COUNT

Count = Annotated[int, Field(ge=1, le=LARGEST_COUNT)]
ReplicateCount = Annotated[int, Field(ge=1, le=MOST_REPLICATES)]
Name = Annotated[str, Field(pattern=PARAMETER_NAME)]
Where = Annotated[str, Field(min_length=1, max_length=LONGEST_CONDITION)]


class MaxPointsShape(Shape):
    """At most so many points in a shard."""

    max_points_per_shard: Count


class ShardsShape(Shape):
    """Exactly so many shards."""

    shards: Count


_SHARDS, _MAX = tag("shards"), tag("max")


def _sharding_tag(document: object) -> str:
    return _SHARDS if isinstance(document, dict) and "shards" in document else _MAX


ShardingShape = Annotated[
    Annotated[MaxPointsShape, Tag(_MAX)] | Annotated[ShardsShape, Tag(_SHARDS)], Discriminator(_sharding_tag)
]
_SHARDING_KEYS = (*MaxPointsShape.model_fields, *ShardsShape.model_fields)


class DispatchShape(Shape):
    """How shards are dispatched."""

    # Strict, it would accept a member of the enumeration alone.
    order: Annotated[DispatchOrder, Field(strict=False)]


_NAMES_ITS_OWN: dict[str, JsonValue] = {"required": ["kind"], "properties": {"kind": {"enum": ["points", "table"]}}}


class SpaceShape(Shape):
    """All that is needed to compute a point. A list of points and a table name parameters of their own."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["parameters"]},
                {"required": ["design"], "properties": {"design": _NAMES_ITS_OWN}},
            ]
        }
    )

    parameters: dict[Name, ParameterShape] = Field({}, min_length=1, max_length=MOST_PARAMETERS)
    constants: dict[Name, Any] = Field({})
    design: DesignShape = design_shape(DEFAULT_DESIGN)()


class ReplicatesShape(Shape):
    """How often every point is repeated, and the base of the seeds that the replicates get."""

    count: ReplicateCount
    seed: Annotated[int, Field(ge=LOWEST_SEED, le=HIGHEST_SEED)] = 0


_COUNT, _REPLICATES = tag("count"), tag("replicates")


def _replicates_tag(document: object) -> str:
    return _REPLICATES if isinstance(document, dict) else _COUNT


class ExtendedSpaceShape(SpaceShape):
    """A space with what an earlier worker would not know of, such as conditions on which parameters exist."""

    replicates: ReplicatesShape = ReplicatesShape(count=1)
    where: Where = "true"


class RequestShape(SpaceShape):
    """One target, to be evaluated at every point of one design, or at those that satisfy the condition `where`."""

    name: Annotated[str, Field(pattern=SWEEP_NAME)]
    target: Annotated[str, Field(pattern=TARGET_NAME, max_length=LONGEST_TARGET)] | None = None
    replicates: (
        Annotated[
            Annotated[ReplicateCount, Tag(_COUNT)] | Annotated[ReplicatesShape, Tag(_REPLICATES)],
            Discriminator(_replicates_tag),
        ]
        | None
    ) = None
    where: Where | None = None
    sharding: ShardingShape | None = None
    dispatch: DispatchShape | None = None
    extends: Annotated[str, Field(pattern=SWEEP_ID)] | None = None


def known_keys() -> KnownKeys:
    """Return the keys that may stand in each place, by the last key or tag on the way to it."""
    return {
        TOP: tuple(RequestShape.model_fields),
        **kind_keys(),
        _REPLICATES: tuple(ReplicatesShape.model_fields),
        "replicates": tuple(ReplicatesShape.model_fields),
        _MAX: _SHARDING_KEYS,
        _SHARDS: _SHARDING_KEYS,
        "dispatch": tuple(DispatchShape.model_fields),
    }
