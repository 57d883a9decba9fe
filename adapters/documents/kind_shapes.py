"""The shapes of parameters and designs, made from the domain's tables of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag, create_model

from adapters.documents.document_types import Fields, fields_of, options_of
from adapters.documents.tags import tag
from domain.designs.kinds import DESIGN_KINDS
from domain.space.kinds import PARAMETER_KINDS
from domain.space.names import PARAMETER_NAME


class Shape(BaseModel):
    """A part of a document. It accepts no unknown key, and converts no value from one type to another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


ScalarShape = str | int | float | bool | None
ScalarList = Annotated[list[ScalarShape], Field(min_length=1, fail_fast=True)]
DEFAULT_DESIGN = next(iter(DESIGN_KINDS))
# A parameter may be a list of its values, without a kind.
_LIST = "list"
# The key beside its kind.
WHEN = "when"
_ONE = "one"


def _values_tag(document: object) -> str:
    return tag(_LIST if isinstance(document, list) else _ONE)


_ValuesShape = Annotated[
    Annotated[ScalarList, Tag(tag(_LIST))] | Annotated[ScalarShape, Tag(tag(_ONE))], Discriminator(_values_tag)
]
_ConditionShape = Annotated[dict[Annotated[str, Field(pattern=PARAMETER_NAME)], _ValuesShape], Field(min_length=1)]


class WhenShape(RootModel[_ConditionShape]):
    """The condition on which a parameter exists: by name the value of another parameter, or some of its values."""

    model_config = ConfigDict(strict=True, frozen=True)


# It has no parameter, which no document can write.
_ALWAYS = WhenShape.model_construct({})


def _shape(name: str, fields: Fields) -> type[Shape]:
    definitions: Any = fields  # create_model's overloads know no dict of fields
    return create_model(name, __base__=Shape, **definitions)


def _titled(kind: str) -> str:
    """Return a kind as a part of a shape's name, in which the gateway's model allows letters and digits alone."""
    return kind.title().replace("_", "")


def _parameter_shapes() -> dict[str, type[Shape]]:
    """Return by kind the shape of a parameter: a key named after it, with the kind's fields, and a condition."""
    shared: dict[str, type[Shape]] = {}
    return {kind: _parameter_shape(kind, fields_of(row), shared) for kind, row in PARAMETER_KINDS.items()}


def _parameter_shape(kind: str, fields: Fields, shared: dict[str, type[Shape]]) -> type[Shape]:
    """Return the shape of one kind; kinds with the same fields share a shape, which the schemas then define once."""
    is_written_alone = list(fields) == [kind]  # as the value of its only field, which has the kind's name
    if not is_written_alone:
        content: Any = shared.setdefault(repr(fields), _shape(f"{_titled(kind)}Shape", fields))
        fields = {kind: (content, ...)}
    return _shape(f"{_titled(kind)}Parameter", {**fields, WHEN: (WhenShape, _ALWAYS)})


def _design_shapes() -> dict[str, type[Shape]]:
    """Return by kind the shape of a design: its kind, which only the default one may leave out, and its options."""
    return {
        kind: _shape(
            f"{_titled(kind)}Shape",
            {"kind": (Literal[kind], kind if kind == DEFAULT_DESIGN else ...), **options_of(row.of)},  # type: ignore[attr-defined]  # each kind of design has `of`
        )
        for kind, row in DESIGN_KINDS.items()
    }


def _parameter_tag(document: object) -> str:
    """Return the tag of the first kind that the parameter names, so that errors are about the kind that was meant."""
    if isinstance(document, list):
        return tag(_LIST)
    named = [kind for kind in PARAMETER_KINDS if isinstance(document, dict) and kind in document]
    return tag(named[0] if named else "values")


def _design_tag(document: object) -> str:
    """Return the tag of the kind that the design names or, without a name, of the first kind that has its keys."""
    keys = document if isinstance(document, dict) else {}
    if "kind" in keys:
        # A list: what the document has under `kind` may be unhashable.
        return tag(keys["kind"] if keys["kind"] in list(DESIGN_KINDS) else DEFAULT_DESIGN)
    named = [kind for kind, shape in DESIGN_SHAPES.items() if keys.keys() & shape.model_fields.keys()]
    return tag(named[0] if named else DEFAULT_DESIGN)


def _tagged(shapes: dict[str, type[Shape]]) -> tuple[Any, ...]:
    return tuple(Annotated[shape, Tag(tag(kind))] for kind, shape in shapes.items())


_PARAMETER_SHAPES = _parameter_shapes()
DESIGN_SHAPES = _design_shapes()

# Made at run time, so a type checker cannot know them.
if TYPE_CHECKING:
    ParameterShape: TypeAlias = Any
    DesignShape: TypeAlias = Any
else:
    ParameterShape = Annotated[
        Union[Annotated[ScalarList, Tag(tag(_LIST))], *_tagged(_PARAMETER_SHAPES)], Discriminator(_parameter_tag)
    ]
    DesignShape = Annotated[Union[*_tagged(DESIGN_SHAPES)], Discriminator(_design_tag)]

# The keys that may stand in each place, by the last key or tag on the way to it.
KIND_KEYS = {
    **{tag(kind): (*PARAMETER_KINDS, WHEN) for kind in PARAMETER_KINDS},
    **{kind: tuple(fields_of(row)) for kind, row in PARAMETER_KINDS.items()},
    **{tag(kind): tuple(shape.model_fields) for kind, shape in DESIGN_SHAPES.items()},
}
