"""Derives JSON Schemas (draft 2020-12) of the answers from their shapes, for the OpenAPI document and for `--json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from adapters.documents.answer_shapes import (
    Answer,
    CancellationShape,
    ShownPlan,
    ShownSweeps,
    StatusShape,
    SubmissionAnswer,
)
from adapters.documents.printed_shapes import DoctorShape, EvaluationShape, FailuresShape, VerifyShape

# What the command line prints with `--json`, by the name of the published schema.
PRINTED: dict[str, type[Answer]] = {
    "cancellation": CancellationShape,
    "doctor": DoctorShape,
    "failures": FailuresShape,
    "plan": ShownPlan,
    "point": EvaluationShape,
    "status": StatusShape,
    "submission": SubmissionAnswer,
    "sweeps": ShownSweeps,
    "verify": VerifyShape,
}


class _Plain(GenerateJsonSchema):
    """Leaves out what says nothing: titles that repeat a member's name, and the defaults of absent members."""

    def field_title_should_be_set(self, _: Any) -> bool:  # noqa: ANN401 - pydantic passes any schema
        """Return False."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of what has a default, without that."""
        return self.generate_inner(schema["schema"])


def printed_schema(shape: type[Answer]) -> dict[str, Any]:
    """Return the schema of what a command prints."""
    return {"$schema": _Plain.schema_dialect, **shape.model_json_schema(schema_generator=_Plain)}


def components(shapes: Sequence[type[Answer]]) -> dict[str, Any]:
    """Return by name the schemas of these shapes and of their parts, as the components of an OpenAPI document."""
    _, found = models_json_schema(
        [(shape, "validation") for shape in shapes],
        schema_generator=_Plain,
        ref_template="#/components/schemas/{model}",
    )
    named: dict[str, Any] = found["$defs"]
    return named
