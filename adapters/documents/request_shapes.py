"""The shape of a sweep request (contract 1), as pydantic models that say nothing of its sense.

They are the one source of the gateway's model and of the published schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag

from adapters.documents.validation_errors import TOP
from domain.space.names import PARAMETER_NAME, SWEEP_NAME, TARGET_NAME

LARGEST_COUNT = 10**18
_KINDS = ("values", "linspace", "geomspace", "logspace", "range")


class Shape(BaseModel):
    """A part of the document: no unknown key, no conversion from one type to another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Number = int | float
ScalarShape = str | int | float | bool | None
Count = Annotated[int, Field(ge=1, le=LARGEST_COUNT)]
Name = Annotated[str, Field(pattern=PARAMETER_NAME)]
# Only the first bad item of a list is told: a list that is all wrong would take half a minute to report on.
ScalarList = Annotated[list[ScalarShape], Field(min_length=1, fail_fast=True)]


class LinspaceShape(Shape):
    """`num` evenly spaced numbers from start to stop, both included."""

    start: Number
    stop: Number
    num: Count


class LogspaceShape(LinspaceShape):
    """`num` numbers from base ** start to base ** stop, both included."""

    base: Number = 10.0


class RangeShape(Shape):
    """Numbers from start up to but not including stop."""

    start: Number
    stop: Number
    step: Number = 1


class ValuesParameter(Shape):
    """Values written out."""

    values: ScalarList


class LinspaceParameter(Shape):
    """Evenly spaced numbers."""

    linspace: LinspaceShape


class GeomspaceParameter(Shape):
    """Numbers each the same multiple of the one before."""

    geomspace: LinspaceShape


class LogspaceParameter(Shape):
    """Numbers evenly spaced on a logarithmic scale."""

    logspace: LogspaceShape


class RangeParameter(Shape):
    """Numbers a step apart."""

    range: RangeShape


def _kind_of_parameter(document: object) -> str:
    """Choose the shape by which a parameter is checked, so that errors speak of what the user meant."""
    if isinstance(document, list):
        return "<list>"
    if isinstance(document, dict):
        return next((f"<{kind}>" for kind in _KINDS if kind in document), "<values>")
    return "<values>"


ParameterShape = Annotated[
    Annotated[ScalarList, Tag("<list>")]
    | Annotated[ValuesParameter, Tag("<values>")]
    | Annotated[LinspaceParameter, Tag("<linspace>")]
    | Annotated[GeomspaceParameter, Tag("<geomspace>")]
    | Annotated[LogspaceParameter, Tag("<logspace>")]
    | Annotated[RangeParameter, Tag("<range>")],
    Discriminator(_kind_of_parameter),
]


class GridShape(Shape):
    """Every combination; the parameters of a zip group advance together."""

    kind: Literal["grid"] = "grid"
    zip: Annotated[list[Annotated[list[Name], Field(min_length=1, fail_fast=True)]], Field(fail_fast=True)] = []


PointShape = Annotated[dict[Name, ScalarShape], Field(min_length=1, max_length=64)]


class PointsShape(Shape):
    """Points written out one by one."""

    kind: Literal["points"]
    points: Annotated[list[PointShape], Field(min_length=1, fail_fast=True)]


def _kind_of_design(document: object) -> str:
    return "<points>" if isinstance(document, dict) and document.get("kind") == "points" else "<grid>"


DesignShape = Annotated[
    Annotated[GridShape, Tag("<grid>")] | Annotated[PointsShape, Tag("<points>")], Discriminator(_kind_of_design)
]


class MaxPointsShape(Shape):
    """At most so many points in a shard."""

    max_points_per_shard: Count


class ShardsShape(Shape):
    """Exactly so many shards."""

    shards: Count


def _kind_of_sharding(document: object) -> str:
    return "<shards>" if isinstance(document, dict) and "shards" in document else "<max>"


ShardingShape = Annotated[
    Annotated[MaxPointsShape, Tag("<max>")] | Annotated[ShardsShape, Tag("<shards>")], Discriminator(_kind_of_sharding)
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

    parameters: Annotated[dict[Name, ParameterShape], Field(min_length=1, max_length=64)] = {}
    constants: dict[Name, Any] = {}
    design: DesignShape = GridShape()


class RequestShape(SpaceShape):
    """One function, evaluated at every point of one design."""

    name: Annotated[str, Field(pattern=SWEEP_NAME)]
    target: Annotated[str, Field(pattern=TARGET_NAME, max_length=256)] | None = None
    sharding: ShardingShape | None = None


_LINSPACE = tuple(LinspaceShape.model_fields)
KNOWN_KEYS = {
    TOP: tuple(RequestShape.model_fields),
    **{f"<{kind}>": _KINDS for kind in _KINDS},
    "linspace": _LINSPACE,
    "geomspace": _LINSPACE,
    "logspace": tuple(LogspaceShape.model_fields),
    "range": tuple(RangeShape.model_fields),
    "<grid>": tuple(GridShape.model_fields),
    "<points>": tuple(PointsShape.model_fields),
    "<max>": ("max_points_per_shard", "shards"),
    "<shards>": ("max_points_per_shard", "shards"),
}
