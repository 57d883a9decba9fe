"""Contract 1, the sweep request: untrusted data in, the domain's `SweepRequest` out.

What the shapes cannot say is left to the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from adapters.documents.request_shapes import (
    KNOWN_KEYS,
    GeomspaceParameter,
    LinspaceParameter,
    LogspaceParameter,
    MaxPointsShape,
    PointsShape,
    RequestShape,
    ShardsShape,
    SpaceShape,
    ValuesParameter,
)
from adapters.documents.validation_errors import malformed
from domain.designs.design import Design
from domain.designs.grid import Grid, Parameter
from domain.designs.point_list import PointList
from domain.errors import InvalidSweep, MalformedSweep, Problem, located
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.levels import Levels, Linspace, Range, Values
from domain.space.log_levels import Geomspace, Logspace


def read_request(document: object) -> SweepRequest:
    """Read a request; raises `MalformedSweep` for its shape and `InvalidSweep` for its sense, naming every place."""
    try:
        shape = RequestShape.model_validate(document)
    except ValidationError as error:
        raise malformed(error, KNOWN_KEYS) from None
    return SweepRequest(shape.name, shape.target, read_design(shape), shape.constants, _sharding(shape.sharding))


def read_design(shape: SpaceShape, first: int = 0) -> Design:
    """Give the design of a space; `first` is the index of the first point of an explicit list."""
    if isinstance(shape.design, PointsShape):
        if shape.parameters:
            raise InvalidSweep.at("parameters", "must be left out with the points design: its points name them")
        return PointList.of(shape.design.points, first)
    if not shape.parameters:
        raise MalformedSweep.at("parameters", "is missing; name at least one parameter")
    groups = tuple(map(tuple, shape.design.zip))
    return Grid(tuple(_parameters(shape.parameters)), groups)


def _parameters(shapes: Mapping[str, Any]) -> list[Parameter]:
    """Read every parameter, so that all that is wrong is said at once."""
    parameters: list[Parameter] = []
    problems: list[Problem] = []
    for name, shape in shapes.items():
        try:
            with located(f"parameters.{name}"):
                levels = _levels(shape)
            parameters.append(Parameter(name, levels))
        except InvalidSweep as error:
            problems += error.problems
    if problems:
        raise InvalidSweep(*problems)
    return parameters


def _levels(shape: Any) -> Levels:  # noqa: ANN401 - one of the members of ParameterShape
    match shape:
        case list():
            return Values(tuple(shape))
        case ValuesParameter(values=values):
            with located("values"):
                return Values(tuple(values))
        case LinspaceParameter(linspace=spec):
            with located("linspace"):
                return Linspace(spec.start, spec.stop, spec.num)
        case GeomspaceParameter(geomspace=spec):
            with located("geomspace"):
                return Geomspace(spec.start, spec.stop, spec.num)
        case LogspaceParameter(logspace=spec):
            with located("logspace"):
                return Logspace(spec.start, spec.stop, spec.num, spec.base)
        case _:
            with located("range"):
                return Range(shape.range.start, shape.range.stop, shape.range.step)


def _sharding(shape: MaxPointsShape | ShardsShape | None) -> Sharding:
    match shape:
        case MaxPointsShape():
            return MaxPointsPerShard(shape.max_points_per_shard)
        case ShardsShape():
            return ShardCount(shape.shards)
        case None:
            return DefaultSharding()
