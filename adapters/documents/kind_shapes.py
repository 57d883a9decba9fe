"""The shapes of parameters and designs, made from the domain's tables of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model

from adapters.documents.document_types import Fields, fields_of, options_of
from domain.designs.kinds import DESIGN_KINDS
from domain.space.kinds import PARAMETER_KINDS


class Shape(BaseModel):
    """A part of the document: no unknown key, no conversion from one type to another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


ScalarShape = str | int | float | bool | None
ScalarList = Annotated[list[ScalarShape], Field(min_length=1, fail_fast=True)]
DEFAULT_DESIGN = next(iter(DESIGN_KINDS))


def _shape(name: str, fields: Fields) -> type[Shape]:
    definitions: Any = fields  # create_model's overloads know no dict of fields
    return create_model(name, __base__=Shape, **definitions)


def _parameter_shapes() -> dict[str, type[Shape]]:
    """Return a shape with one field, the kind's name, for each kind of parameter."""
    shapes: dict[str, type[Shape]] = {}
    shared: dict[str, type[Shape]] = {}  # by their fields: kinds that are written alike share what stands in them
    for kind, row in PARAMETER_KINDS.items():
        fields = fields_of(row)
        content: Any = shared.setdefault(repr(fields), _shape(f"{kind.capitalize()}Shape", fields))
        shapes[kind] = _shape(
            f"{kind.capitalize()}Parameter", fields if list(fields) == [kind] else {kind: (content, ...)}
        )
    return shapes


def _design_shapes() -> dict[str, type[Shape]]:
    """Return a shape with its kind and its options for each kind of design; only the default's kind may be left out."""
    return {
        kind: _shape(
            f"{kind.capitalize()}Shape",
            {"kind": (Literal[kind], kind if kind == DEFAULT_DESIGN else ...), **options_of(row.of)},  # type: ignore[attr-defined]  # each kind of design has `of`
        )
        for kind, row in DESIGN_KINDS.items()
    }


def _parameter_tag(document: object) -> str:
    """Choose the shape by which a parameter is checked, so that errors speak of what the user meant."""
    if isinstance(document, list):
        return "<list>"
    known = [kind for kind in PARAMETER_KINDS if isinstance(document, dict) and kind in document]
    return f"<{known[0]}>" if known else "<values>"


def _design_tag(document: object) -> str:
    kind = document.get("kind") if isinstance(document, dict) else None
    return f"<{kind}>" if kind in tuple(DESIGN_KINDS) else f"<{DEFAULT_DESIGN}>"


def _tagged(shapes: dict[str, type[Shape]]) -> tuple[Any, ...]:
    return tuple(Annotated[shape, Tag(f"<{kind}>")] for kind, shape in shapes.items())


_PARAMETERS = _parameter_shapes()
DESIGN_SHAPES = _design_shapes()

if TYPE_CHECKING:
    ParameterShape: TypeAlias = Any
    DesignShape: TypeAlias = Any
else:
    ParameterShape = Annotated[
        Union[Annotated[ScalarList, Tag("<list>")], *_tagged(_PARAMETERS)], Discriminator(_parameter_tag)
    ]
    DesignShape = Annotated[Union[*_tagged(DESIGN_SHAPES)], Discriminator(_design_tag)]

# The keys that may stand in each place, by the last name or tag on the way to it.
KIND_KEYS = {
    **{f"<{kind}>": tuple(PARAMETER_KINDS) for kind in PARAMETER_KINDS},
    **{kind: tuple(fields_of(row)) for kind, row in PARAMETER_KINDS.items()},
    **{f"<{kind}>": tuple(shape.model_fields) for kind, shape in DESIGN_SHAPES.items()},
}
