"""The space as a document: parameters, constants and design, all that is needed to compute a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from domain.designs.design import Design
from domain.designs.kinds import DESIGN_KINDS
from domain.designs.replicated import Replicated
from domain.kinds import Kinds
from domain.space.distributions.distribution import Distribution
from domain.space.kinds import PARAMETER_KINDS
from domain.space.levels import Levels
from domain.space.parameter import Parameter
from domain.space.scalars import Json
from domain.space.when import When

if TYPE_CHECKING:
    from domain.conditions.condition import Condition


def space_document(design: Design, constants: dict[str, Json], where: Condition | None = None) -> dict[str, Json]:
    """Return the space in its normal form: no shorthand, every default written out but an option of the design."""
    document = _design_document(design, constants)
    return {**document, "where": where.text} if where else document


def _design_document(design: Design, constants: dict[str, Json]) -> dict[str, Json]:
    if isinstance(design, Replicated):
        replicates: Json = {"count": design.count, "seed": design.seed}
        return {**_design_document(design.design, constants), "replicates": replicates}
    document: dict[str, Json] = {
        "constants": constants,
        "design": {"kind": _kind_of(design, DESIGN_KINDS), **design.options()},
    }
    if design.parameters:
        return {"parameters": {one.name: _parameter_document(one) for one in design.parameters}, **document}
    return document


def space_design(document: Mapping[str, Any]) -> Design:
    """Return the design of a space in its normal form, which this program wrote; raises `InvalidSweep`.

    What others write is read by the adapters, which refuse what is none.
    """
    kind: Any = DESIGN_KINDS[document["design"]["kind"]]  # each kind has an `of`, with its own options
    options = {name: value for name, value in document["design"].items() if name != "kind"}
    parameters = [_parameter(name, **one) for name, one in document.get("parameters", {}).items()]
    design: Design = kind.of(parameters, **options)
    return Replicated(design, **document["replicates"]) if "replicates" in document else design


def _parameter_document(parameter: Parameter) -> dict[str, Json]:
    document = levels_document(parameter.source)
    return document | {"when": when_document(parameter.when)} if parameter.when else document


def when_document(when: When) -> dict[str, Json]:
    """Return the condition on which a parameter exists: by name the values of others, always as a list."""
    return {name: list(values) for name, values in when.values}


def levels_document(levels: Levels | Distribution) -> dict[str, Json]:
    """Return a parameter's levels, or its distribution, under the name of their kind."""
    kind = _kind_of(levels, PARAMETER_KINDS)
    content = {field.name: _plain(getattr(levels, field.name)) for field in fields(levels) if field.init}  # type: ignore[arg-type]  # each kind is a dataclass
    return {kind: content[kind] if list(content) == [kind] else content}


def _parameter(name: str, *, when: Mapping[str, Any] | None = None, **levels: Any) -> Parameter:  # noqa: ANN401 - a part of a document
    return Parameter(name, _levels(levels), When.of(when) if when else None)


def _levels(document: Mapping[str, Any]) -> Levels | Distribution:
    ((kind, content),) = document.items()
    written = content if isinstance(content, dict) else {kind: content}
    return PARAMETER_KINDS[kind](**{name: _frozen(value) for name, value in written.items()})


def _frozen(value: Json) -> Json | tuple[Json, ...]:
    return tuple(value) if isinstance(value, list) else value


def _kind_of(value: object, kinds: Kinds[Any]) -> str:
    kind = kinds.name_of(value)
    if kind is None:
        raise TypeError(f"{type(value).__name__} has no document")
    return kind


def _plain(value: Json | tuple[Json, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value
