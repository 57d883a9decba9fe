"""The shapes of the answers: each is that of the document that docs/http-api.md shows, which is a real answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.documents.answer_shapes import (
    Answer,
    FailuresAnswer,
    ListingAnswer,
    PlanAnswer,
    ProblemAnswer,
    ProgressAnswer,
    ResultsAnswer,
    StatusAnswer,
    SubmissionAnswer,
    TableAnswer,
    UploadsAnswer,
)

PAGE = (Path(__file__).parents[2] / "docs" / "http-api.md").read_text(encoding="utf-8")
SHOWN: dict[str, Any] = {
    name: json.loads(text) for name, text in re.findall(r"^```json (\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
}
SHAPES: dict[str, type[Answer]] = {
    "accepted": SubmissionAnswer,
    "failures": FailuresAnswer,
    "listing": ListingAnswer,
    "plan": PlanAnswer,
    "problem": ProblemAnswer,
    "progress": ProgressAnswer,
    "results": ResultsAnswer,
    "status": StatusAnswer,
    "table": TableAnswer,
    "uploads": UploadsAnswer,
}
ANSWERS = pytest.mark.parametrize(("name", "shape"), SHAPES.items(), ids=SHAPES)


@ANSWERS
def test_a_shape_has_every_member_of_its_answer(name: str, shape: type[Answer]) -> None:
    """What a client reads and writes again is the answer, so that no member of it is left out."""
    read = shape.model_validate(SHOWN[name])
    assert read.model_dump(mode="json", exclude_unset=True) == SHOWN[name]


@ANSWERS
def test_a_member_of_a_later_version_is_passed_over(name: str, shape: type[Answer]) -> None:
    """A client reads the answers of an API that is newer than itself, whatever that adds."""
    assert shape.model_validate(_with_more(SHOWN[name])) == shape.model_validate(SHOWN[name])


def _with_more(part: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return a document with a further member in each mapping that names its members."""
    if isinstance(part, list):
        return [_with_more(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    # Those name parameters, reasons or headers.
    open_ones = {"first_point", "last_point", "point", "reasons", "headers"}
    kept = {name: inner if name in open_ones else _with_more(inner) for name, inner in part.items()}
    return {**kept, "of_a_later_version": {"any": ["thing"]}}


@ANSWERS
def test_an_answer_that_lacks_a_member_is_refused(name: str, shape: type[Answer]) -> None:
    """A client finds out where an answer is no answer of the API, as one of a proxy."""
    for member, field in shape.model_fields.items():
        if field.is_required():
            rest = {key: value for key, value in SHOWN[name].items() if key != member}
            with pytest.raises(ValidationError, match=member):
                shape.model_validate(rest)
