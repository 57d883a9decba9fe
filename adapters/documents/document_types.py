"""From the domain's types to pydantic's: which fields a document writes, and with which types and constraints.

The constraints of `domain.space.constraints` become pydantic's here, and nowhere else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import Field

from domain.space.constraints import Bounds, Length, Pattern

# By name, the type and the default (`...` if the field is required), as pydantic's `create_model` reads them.
Fields = dict[str, tuple[Any, Any]]


def document_type(annotation: Any) -> Any:  # noqa: ANN401 - types are the values here
    """Return the type that a document writes for a field of this type; `TypeError` for an unknown constraint."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is float:
        return int | float
    if origin is Annotated:
        plain, *constraints = arguments
        return Annotated[(document_type(plain), *map(_constraint, constraints))]
    if origin in {tuple, Sequence}:
        # Stop at the first bad item: to report a million of them would take half a minute.
        return Annotated[list[document_type(arguments[0])], Field(fail_fast=True)]  # type: ignore[misc]  # a type made at run time
    if origin is Mapping:
        return dict[document_type(arguments[0]), document_type(arguments[1])]  # type: ignore[misc]  # likewise
    return annotation


def fields_of(kind: type) -> Fields:
    """Return the fields that a document writes for a kind of parameter: those of its dataclass."""
    hints = get_type_hints(kind, include_extras=True)
    written = [field for field in fields(kind) if field.init]
    return {field.name: (document_type(hints[field.name]), _default(field.default)) for field in written}


def options_of(build: Callable[..., object]) -> Fields:
    """Return the options that a document writes for a kind of design: the keyword-only parameters of its `of`."""
    hints = get_type_hints(build, include_extras=True)
    options = [option for option in inspect.signature(build).parameters.values() if option.kind is option.KEYWORD_ONLY]
    return {option.name: (document_type(hints[option.name]), _default(option.default)) for option in options}


def _default(default: object) -> object:
    """Return a default as a document would write it, and `...` where the domain has none."""
    if default is MISSING or default is inspect.Parameter.empty:
        return ...
    return list(default) if isinstance(default, tuple) else default


def _constraint(constraint: object) -> Any:  # noqa: ANN401 - pydantic gives its fields no type
    match constraint:
        case Bounds(least, most):
            return Field(ge=least, le=most)
        case Length(least, most):
            return Field(min_length=least, max_length=most)
        case Pattern(regex):
            return Field(pattern=regex)
        case _:
            raise TypeError(f"{constraint!r} is no constraint")
