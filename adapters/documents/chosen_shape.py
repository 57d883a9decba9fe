"""A part of a document that has one of several shapes, each of which is built when a document first names it.

It stands for pydantic's tagged union, which needs all shapes at once. Findings have the same places as that one's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema


@dataclass(frozen=True, slots=True)
class ChosenShape:
    """An annotation: the shape of a part is that of its tag; `shapes` returns the shapes of all tags, for schemas."""

    tag_of: Callable[[object], str]
    shape_of: Callable[[str], Any]
    shapes: Callable[[], Mapping[str, Any]]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate a part by the shape of its tag."""
        validator_of = cache(self._validator)

        def validate(document: object) -> object:
            # Pydantic takes over the findings of the inner validation, with the way to them.
            return validator_of(self.tag_of(document)).validate_python(document)

        return core_schema.no_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the part, for people and gateways, as the union of all shapes."""
        return handler(self._union(self.shapes()))

    def _validator(self, name: str) -> SchemaValidator:
        return SchemaValidator(self._union({name: self.shape_of(name)}))

    def _union(self, shapes: Mapping[str, Any]) -> CoreSchema:
        choices = {name: TypeAdapter(shape).core_schema for name, shape in shapes.items()}
        return core_schema.tagged_union_schema(choices, discriminator=self.tag_of)
