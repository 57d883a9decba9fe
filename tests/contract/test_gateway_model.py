"""The model in the template: it is draft-04 as API Gateway supports it, and agrees with the parent's parser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.request import read_request
from adapters.documents.table_upload import read_table_upload
from application.documents.request import request_document
from domain.designs.design import Design
from domain.dispatch_order import DispatchOrder
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import DefaultSharding, MaxPointsPerShard, ShardCount
from domain.request import SweepRequest
from tests.contract.cloudformation import MODEL, resources, shipped
from tests.fakes.documents import anything, nearly
from tests.fakes.spaces import designs

# Those keywords of draft-04 that API Gateway's developer guide supports and this model needs.
SUPPORTED = {
    *("$schema", "$ref", "definitions", "type", "enum", "anyOf", "properties", "patternProperties"),
    *("additionalProperties", "required", "items", "pattern", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
}
LARGEST_MODEL = 400_000


def _parts(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any part of a schema
    """Yield every schema inside a schema, itself included."""
    yield part
    for keyword in ("properties", "patternProperties", "definitions"):
        for inner in part.get(keyword, {}).values():
            yield from _parts(inner)
    for inner in part.get("anyOf", []):
        yield from _parts(inner)
    for keyword in ("items", "additionalProperties"):
        if isinstance(part.get(keyword), dict):
            yield from _parts(part[keyword])


def _read(document: object) -> InvalidSweep | None:
    try:
        read_request(document)
    except InvalidSweep as error:
        return error
    return None


MODELS = pytest.mark.parametrize("name", ["SweepRequestModel", "TableUploadModel"])


@MODELS
def test_model_is_draft_04(name: str) -> None:
    """The model is valid by the meta-schema of draft-04 and names that draft."""
    Draft4Validator.check_schema(shipped(name))
    assert shipped(name)["$schema"] == "http://json-schema.org/draft-04/schema#"


@MODELS
def test_model_uses_only_what_the_gateway_supports(name: str) -> None:
    """API Gateway refuses an unsupported keyword at deployment or ignores it."""
    for part in _parts(shipped(name)):
        assert set(part) <= SUPPORTED, set(part) - SUPPORTED
        assert "minimum" not in part or not isinstance(part["minimum"], bool)


def test_model_is_small_and_well_named() -> None:
    """A model has at most 400 KB, and its name and those of its definitions are alphanumeric."""
    for model in resources("AWS::ApiGateway::Model").values():
        schema = model["Properties"]["Schema"]
        assert len(json.dumps(schema)) < LARGEST_MODEL
        for name in (model["Properties"]["Name"], *schema.get("definitions", ())):
            assert re.fullmatch(r"[A-Za-z0-9]+", name), name


def test_references_stay_inside_the_model() -> None:
    """Every reference is `#/definitions/X`, X exists, and every definition is used."""
    used = {part["$ref"] for part in _parts(shipped()) if "$ref" in part}
    assert used == {f"#/definitions/{name}" for name in shipped()["definitions"]}


@st.composite
def valid_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return valid requests in normal form."""
    design: Design = draw(designs())
    target = draw(st.sampled_from([None, "toy:f", "a.b:c", "examples.projectile:simulate"]))
    counts = st.integers(1, design.size)
    sharding = draw(st.just(DefaultSharding()) | counts.map(MaxPointsPerShard) | counts.map(ShardCount))
    order = draw(st.sampled_from(DispatchOrder))
    request = SweepRequest("toy", target, design, {"gravity_of_it": 9.81}, sharding, order)
    return json.loads(json.dumps(request_document(request)))  # type: ignore[no-any-return] # a dict went in


def _paths(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any document
    """Yield the path to every part of a document except the whole."""
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    for key, part in inside:
        yield (*path, key)
        if isinstance(part, dict | list):
            yield from _paths(part, (*path, key))


@st.composite
def mutated_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return valid documents in which one part was replaced, removed or added."""
    document = draw(valid_documents())
    *path, last = draw(st.sampled_from(list(_paths(document))))
    inner: Any = document
    for key in path:
        inner = inner[key]
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            inner[last] = draw(anything)
        case "remove":
            del inner[last]
        case _ if isinstance(inner, dict):
            inner[draw(st.sampled_from(["values", "points", "zip", "kind", "x", "shards", "a b", "é"]))] = draw(
                anything
            )
        case _:
            inner.append(draw(anything))
    return document


def _is_json(document: object) -> bool:
    """Return whether a document can be a body: its numbers are finite, and it has no lone surrogates."""
    try:
        json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True


@given(valid_documents())
def test_model_and_parser_accept_valid_documents(document: dict[str, Any]) -> None:
    """The model accepts and the parser reads every document that the domain writes."""
    assert _read(document) is None
    MODEL.validate(document)


documents = (mutated_documents() | nearly | anything).filter(_is_json)


@pytest.mark.one_python
@settings(max_examples=150)
@given(documents)
def test_model_and_parser_agree(document: object) -> None:
    """The parser reads what the model accepts, or refuses its meaning at a path; it refuses what the model refuses."""
    _agree(document)


@pytest.mark.long
@settings(max_examples=2000)
@given(documents)
def test_model_and_parser_agree_on_many_documents(document: object) -> None:
    """They agree as in the shorter test, which finds a gross difference at once; this one finds a rare one."""
    _agree(document)


def _agree(document: object) -> None:
    error = _read(document)
    if MODEL.is_valid(document):
        assert not isinstance(error, MalformedSweep), error
        assert error is None or all(problem.path for problem in error.problems), error
    else:
        assert error is not None


UPLOADS: list[tuple[object, bool]] = [
    ({"chunks": 1}, True),
    ({"chunks": 1_000_000, "after": 999_999}, True),
    ({"chunks": 3, "after": None}, True),
    ({"chunks": 3, "after": 0}, True),
    ({"chunks": 0}, False),
    ({"chunks": 1_000_001}, False),
    ({"chunks": 3, "after": 1_000_000}, False),
    ({"chunks": 3, "after": -1}, False),
    ({"chunks": "3"}, False),
    ({"chunks": 2.5}, False),
    ({"chunks": True}, False),
    ({"chunks": 3, "before": 1}, False),
    ({"after": 1}, False),
    ([], False),
    (None, False),
    ("3", False),
]


@pytest.mark.parametrize(("document", "fits"), UPLOADS, ids=json.dumps)
def test_the_model_of_an_upload_and_its_reader_agree(document: object, fits: bool) -> None:  # noqa: FBT001 - a case
    """What the gateway accepts the parent reads, and what it refuses the parent refuses too, naming the place."""
    assert Draft4Validator(shipped("TableUploadModel")).is_valid(document) == fits
    if fits:
        assert read_table_upload(document).model_dump(exclude_unset=True) == document
    else:
        with pytest.raises(MalformedSweep):
            read_table_upload(document)
