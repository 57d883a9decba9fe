"""Contract 1, the sweep request: untrusted data in, the domain's `SweepRequest` out.

The shapes check types and keys; the domain checks the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from adapters.documents.kind_shapes import WHEN, Shape
from adapters.documents.request_shapes import (
    MaxPointsShape,
    ReplicatesShape,
    RequestShape,
    ShardsShape,
    SpaceShape,
    known_keys,
)
from adapters.documents.validation_errors import malformed
from domain.designs.design import Design
from domain.designs.kinds import DESIGN_KINDS
from domain.designs.replicated import Replicated
from domain.dispatch_order import DispatchOrder
from domain.errors import InvalidSweep, Problem, located
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount, Sharding
from domain.request import SweepRequest
from domain.space.distributions.distribution import Distribution
from domain.space.kinds import PARAMETER_KINDS
from domain.space.levels import Levels
from domain.space.parameter import Parameter
from domain.space.scalars import Json
from domain.space.values import Values
from domain.space.when import When


def read_request(document: object) -> SweepRequest:
    """Return the request; raises `MalformedSweep` for its shape, `InvalidSweep` for its sense, naming every place."""
    try:
        shape = RequestShape.model_validate(document)
    except ValidationError as error:
        raise malformed(error, known_keys()) from None
    design = read_design(shape)
    if shape.replicates is not None:
        design = repeated_design(design, shape.replicates)
    order = shape.dispatch.order if shape.dispatch else DispatchOrder.PLAN
    sharding = _sharding(shape.sharding)
    request = SweepRequest(shape.name, shape.target, design, shape.constants, sharding, order, extends=shape.extends)
    return request.constrained(shape.where)


def repeated_design(design: Design, replicates: int | ReplicatesShape) -> Design:
    """Return a design with replicates; raises `InvalidSweep` for parameters with the names that these need."""
    if isinstance(replicates, int):
        return Replicated(design, replicates)
    return Replicated(design, replicates.count, replicates.seed)


def read_design(shape: SpaceShape) -> Design:
    """Return the design of a space, with its parameters; raises `InvalidSweep` for what the shape cannot say."""
    kind: Any = DESIGN_KINDS[shape.design.kind]  # each kind has an `of`, with its own options
    options = {name: value for name, value in shape.design if name != "kind"}
    design: Design = kind.of(_parameters(shape.parameters), **options)
    return design


def with_count(replicates: object, count: int) -> Json:
    """Return what a document says of replicates, whatever that is, with another count; the base seed stays."""
    return {**replicates, "count": count} if isinstance(replicates, dict) else count


def with_condition(document: Mapping[str, Any], name: str, parameter: Json) -> Json:
    """Return a parameter that replaces what a document says of it; the condition on which it exists stays."""
    parameters = document.get("parameters")
    known = parameters.get(name) if isinstance(parameters, dict) else None
    if not isinstance(known, dict) or WHEN not in known:
        return parameter
    own = parameter if isinstance(parameter, dict) else {"values": parameter}
    return {WHEN: known[WHEN], **own}


def _parameters(shapes: Mapping[str, Any]) -> list[Parameter]:
    """Return the parameters; the one error that is raised holds the problems of all of them."""
    parameters: list[Parameter] = []
    problems: list[Problem] = []
    for name, shape in shapes.items():
        try:
            with located(f"parameters.{name}"):
                source, when = _source(shape), _when(shape)
            parameters.append(Parameter(name, source, when))
        except InvalidSweep as error:
            problems += error.problems
    if problems:
        raise InvalidSweep(*problems)
    return parameters


def _source(shape: list[Any] | Shape) -> Levels | Distribution:
    """Return the levels of a list of values, or what a shape has under the name of its kind."""
    if isinstance(shape, list):
        return Values(tuple(shape))
    ((kind, content),) = ((key, content) for key, content in shape if key != WHEN)
    fields = content if isinstance(content, Shape) else [(kind, content)]
    with located(kind):
        return PARAMETER_KINDS[kind](**{name: _frozen(value) for name, value in fields})


def _when(shape: list[Any] | Shape) -> When | None:
    document = {} if isinstance(shape, list) else getattr(shape, WHEN).root
    with located(WHEN):
        return When.of(document) if document else None


def _frozen(value: Any) -> Any:  # noqa: ANN401 - any field
    return tuple(value) if isinstance(value, list) else value


def _sharding(shape: MaxPointsShape | ShardsShape | None) -> Sharding:
    match shape:
        case MaxPointsShape():
            return MaxPointsPerShard(shape.max_points_per_shard)
        case ShardsShape():
            return ShardCount(shape.shards)
        case None:
            return DefaultSharding()
