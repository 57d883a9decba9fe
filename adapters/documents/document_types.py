"""From the domain's types to what pydantic lets a document write: the one translation of types and constraints."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import Field

from domain.space.constraints import Bounds, Length, Pattern

# By name, the type and the default (`...` where there is none): what pydantic's `create_model` takes.
Fields = dict[str, tuple[Any, Any]]


def document_type(annotation: Any) -> Any:  # noqa: ANN401 - types are the values here
    """Return the type of a document's part that becomes a value of the domain's type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is float:
        return int | float
    if origin is Annotated:
        part, *constraints = arguments
        return Annotated[(document_type(part), *map(_field, constraints))]
    if origin in {tuple, Sequence}:
        # Only the first bad item of a list is reported: a list that is all wrong would take half a minute.
        return Annotated[list[document_type(arguments[0])], Field(fail_fast=True)]  # type: ignore[misc]  # a type made at run time
    if origin is Mapping:
        return dict[document_type(arguments[0]), document_type(arguments[1])]  # type: ignore[misc]  # likewise
    return annotation


def fields_of(kind: type) -> Fields:
    """Return the fields that a document writes for a kind of parameter."""
    hints = get_type_hints(kind, include_extras=True)
    written = [field for field in fields(kind) if field.init]
    return {
        one.name: (document_type(hints[one.name]), ... if one.default is MISSING else one.default) for one in written
    }


def options_of(build: Callable[..., object]) -> Fields:
    """Return the options that a document writes for a kind of design, from the keyword parameters of its `of`."""
    hints = get_type_hints(build, include_extras=True)
    options = {
        name: parameter
        for name, parameter in inspect.signature(build).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    return {
        name: (document_type(hints[name]), ... if one.default is inspect.Parameter.empty else _written(one.default))
        for name, one in options.items()
    }


def _written(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


def _field(constraint: object) -> Any:  # noqa: ANN401 - pydantic gives its fields no type
    match constraint:
        case Bounds(least, most):
            return Field(ge=least, le=most)
        case Length(least, most):
            return Field(min_length=least, max_length=most)
        case Pattern(regex):
            return Field(pattern=regex)
        case _:
            raise TypeError(f"{constraint!r} is no constraint")
