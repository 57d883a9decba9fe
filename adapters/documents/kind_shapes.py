"""The shapes of parameters and designs, made from the domain's tables of kinds."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag, create_model

from adapters.documents.chosen_shape import ChosenShape
from adapters.documents.document_types import Fields, fields_of, options_of
from adapters.documents.tags import tag, untagged
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


def _parameter_shape(kind: str, shared: dict[str, type[Shape]]) -> type[Shape]:
    """Return the shape of one kind: a key named after it, with the kind's fields, and a condition.

    Kinds with the same fields share a shape, which the schemas then define once.
    """
    fields = fields_of(PARAMETER_KINDS[kind])
    is_written_alone = list(fields) == [kind]  # as the value of its only field, which has the kind's name
    if not is_written_alone:
        content: Any = shared.setdefault(repr(fields), _shape(f"{_titled(kind)}Shape", fields))
        fields = {kind: (content, ...)}
    return _shape(f"{_titled(kind)}Parameter", {**fields, WHEN: (WhenShape, _ALWAYS)})


@cache
def design_shape(kind: str) -> type[Shape]:
    """Return the shape of a design: its kind, which only the default one may leave out, and its options."""
    named = {"kind": (Literal[kind], kind if kind == DEFAULT_DESIGN else ...)}
    return _shape(f"{_titled(kind)}Shape", {**named, **options_of(DESIGN_KINDS[kind].of)})  # type: ignore[attr-defined]  # each kind of design has `of`


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
    named = (kind for kind in DESIGN_KINDS if keys.keys() & design_shape(kind).model_fields.keys())
    return tag(next(named, DEFAULT_DESIGN))


def _parameter_of(name: str) -> Any:  # noqa: ANN401 - a type that is made at run time
    return ScalarList if name == tag(_LIST) else _parameter_shape(untagged(name), {})


def _design_of(name: str) -> type[Shape]:
    return design_shape(untagged(name))


def _all_parameters() -> dict[str, Any]:
    shared: dict[str, type[Shape]] = {}
    return {tag(_LIST): ScalarList, **{tag(kind): _parameter_shape(kind, shared) for kind in PARAMETER_KINDS}}


def _all_designs() -> dict[str, Any]:
    return {tag(kind): design_shape(kind) for kind in DESIGN_KINDS}


ParameterShape: TypeAlias = Annotated[Any, ChosenShape(_parameter_tag, _parameter_of, _all_parameters)]
DesignShape: TypeAlias = Annotated[Any, ChosenShape(_design_tag, _design_of, _all_designs)]


@cache
def kind_keys() -> dict[str, tuple[str, ...]]:
    """Return the keys that may stand in each place, by the last key or tag on the way to it."""
    return {
        **{tag(kind): (*PARAMETER_KINDS, WHEN) for kind in PARAMETER_KINDS},
        **{kind: tuple(fields_of(row)) for kind, row in PARAMETER_KINDS.items()},
        **{tag(kind): tuple(design_shape(kind).model_fields) for kind in DESIGN_KINDS},
    }
