"""Derives the contracts' JSON Schemas from the pydantic models: draft-04 with only what API Gateway supports.

API Gateway's models are draft-04 without some of it: no `const`, `$defs`, `propertyNames` or `discriminator`, and
references only as `#/definitions/Name` (API Gateway developer guide, "Data models for REST APIs").
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from adapters.documents.kind_shapes import WHEN, ScalarShape, Shape, WhenShape, design_shape
from adapters.documents.payload import ExtendedPayloadShape, Index, PayloadShape, RetriedPayloadShape, SweepId
from adapters.documents.request_shapes import Name, RequestShape
from adapters.documents.span_payload import ASSIGNMENT_ID
from adapters.documents.table_upload import TableUploadShape
from domain.space.scalars import Json

DRAFT = "http://json-schema.org/draft-04/schema#"
# Keywords that pydantic adds for people and for other tools.
_LEFT_OUT = {"title", "default", "description", "discriminator"}


class SpanShape(Shape):
    """A span: its number, and the half-open range of its blocks, of 128 shards each."""

    number: Index
    first_block: Index
    stop_block: Index


class SpanPayloadShape(Shape):
    """All that a dispatcher needs beside the ledger."""

    version: Literal[1]
    sweep_id: SweepId
    span: SpanShape
    assignment: Annotated[str, Field(pattern=ASSIGNMENT_ID)]
    redo: Literal["nothing", "shards", "points"]


class ErrorShape(Shape):
    """The exception that the target raised."""

    type: str
    message: str


class ValueLineShape(Shape):
    """The result of a point for which the target returned a value."""

    index: Index
    point: Annotated[dict[Name, ScalarShape], Field(min_length=1)]
    value: Any


class ErrorLineShape(Shape):
    """The result of a point for which the target raised an exception."""

    index: Index
    point: Annotated[dict[Name, ScalarShape], Field(min_length=1)]
    error: ErrorShape


class SkippedLineShape(Shape):
    """What stands for the result of a point that does not satisfy the sweep's condition."""

    index: Index
    skipped: Literal[True]


def request_schema() -> dict[str, Any]:
    """Return the schema of contract 1, by which the gateway validates a request's body."""
    return _draft_04(RequestShape.model_json_schema())


def upload_schema() -> dict[str, Any]:
    """Return the schema of the body by which a client uploads a table, by which the gateway validates it."""
    schema = _draft_04(TableUploadShape.model_json_schema())
    # It has no parts that several places share.
    return {keyword: part for keyword, part in schema.items() if keyword != "definitions"}


def payload_schema() -> dict[str, Any]:
    """Return the schema of contract 3, the worker payload, version 1: the first run of a shard."""
    return _plain(_draft_04(PayloadShape.model_json_schema()))


def retried_payload_schema() -> dict[str, Any]:
    """Return the schema of contract 3, version 2: every further run of a shard."""
    return _plain(_draft_04(RetriedPayloadShape.model_json_schema()))


def extended_payload_schema() -> dict[str, Any]:
    """Return the schema of contract 3, version 3: every run of a shard of an extended space."""
    return _draft_04(ExtendedPayloadShape.model_json_schema())


def span_payload_schema() -> dict[str, Any]:
    """Return the schema of contract 5, the dispatcher payload."""
    return _draft_04(SpanPayloadShape.model_json_schema())


def result_line_schema() -> dict[str, Any]:
    """Return the schema of contract 4, one line of a result object."""
    lines: TypeAdapter[ValueLineShape | ErrorLineShape | SkippedLineShape] = TypeAdapter(
        ValueLineShape | ErrorLineShape | SkippedLineShape
    )
    return _draft_04(lines.json_schema())


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a payload's schema without what its version has not: a parameter's condition, and tables of points."""
    left_out = {WhenShape.__name__, design_shape("table").__name__}
    definitions = {name: part for name, part in schema["definitions"].items() if name not in left_out}
    references = [{"$ref": f"#/definitions/{name}"} for name in left_out]
    for definition in definitions.values():
        definition["properties"].pop(WHEN, None)
        design = definition["properties"].get("design", {})
        if "anyOf" in design:
            design["anyOf"] = [choice for choice in design["anyOf"] if choice not in references]
    return {**schema, "definitions": definitions}


def _draft_04(schema: dict[str, Any]) -> dict[str, Any]:
    converted = _converted({key: part for key, part in schema.items() if key != "$defs"})
    definitions = {name: _converted(part) for name, part in schema.get("$defs", {}).items()}
    return {"$schema": DRAFT, **converted, "definitions": definitions}


def _converted(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a part of a schema in draft-04."""
    if isinstance(schema, list):
        return [_converted(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    converted: dict[str, Any] = {}
    for keyword, part in schema.items():
        if keyword not in _LEFT_OUT:
            converted |= _keyword(keyword, part)
    if "patternProperties" in converted:
        converted["additionalProperties"] = False
    return converted


def _keyword(keyword: str, part: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of a schema
    match keyword:
        case "$ref":
            return {"$ref": part.replace("#/$defs/", "#/definitions/")}
        case "const":
            return {"enum": [part]}
        case "oneOf" | "anyOf":
            return _any_of([_converted(choice) for choice in part])
        case "properties" | "patternProperties":
            return {keyword: {name: _converted(schema) for name, schema in part.items()}}
        case _:
            return {keyword: _converted(part)}


def _any_of(choices: list[Json]) -> dict[str, Any]:
    """Return the keyword of a choice: `type` with a list where all choices are plain types, else `anyOf`."""
    types = [choice["type"] for choice in choices if isinstance(choice, dict) and list(choice) == ["type"]]
    if len(types) < len(choices):
        return {"anyOf": choices}
    # Every integer is a number.
    kept = [name for name in types if not (name == "integer" and "number" in types)]
    return {"type": kept if len(kept) > 1 else kept[0]}
