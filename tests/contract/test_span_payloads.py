"""Contract 5, the dispatcher payload: its bytes stay, and its reader accepts what its published schema does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.span_payload import MOST_BLOCKS, NamedSpan, named_span, read_span_task
from application.documents.span_payload import span_payload
from domain.errors import InvalidSweep, MalformedSweep
from domain.plan import Plan
from domain.span_task import SpanTask
from domain.spans import SPAN_BLOCKS, SPAN_SHARDS, Span, spans_of
from domain.standing import Redo
from infra.write_schemas import SCHEMAS
from tests.fakes.documents import anything

GOLDEN = Path(__file__).parent / "golden" / "dispatcher-1" / "payload.json"
SCHEMA = Draft4Validator(json.loads((SCHEMAS / "dispatcher-payload-1.schema.json").read_text(encoding="utf-8")))
TASK = SpanTask("lab-000000000001", Span(3, range(96, 128)), "0123456789uv", Redo.POINTS)
PAYLOAD: dict[str, Any] = json.loads(span_payload(TASK))
spans: st.SearchStrategy[Span] = st.integers(1, 10**6).flatmap(
    lambda shards: st.sampled_from(list(spans_of(Plan(shards, shards))))
)
tasks = st.builds(
    SpanTask,
    st.from_regex(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,76}\Z"),
    spans,
    st.from_regex(r"^[a-z0-9]{12}\Z"),
    st.sampled_from(Redo),
)
# Which path to replace by what; `...` removes the part.
NO_SPANS: tuple[object, ...] = (..., None, [1, 2, 3], {"number": 1}, 3)
NO_REDOS: tuple[object, ...] = (..., "", "all", "POINTS", 1, None, [])
NO_COUNTS: tuple[object, ...] = (..., -1, 2.0, "2", True, None)
BROKEN: list[tuple[tuple[str, ...], object]] = [
    *((("version",), version) for version in (..., 0, 2, "1", True, 1.0, None)),
    *((("sweep_id",), sweep_id) for sweep_id in (..., "", "a/b", "../a", 5, None, "a" * 78)),
    *((("span",), part) for part in NO_SPANS),
    *((("span", name), part) for name in PAYLOAD["span"] for part in NO_COUNTS),
    *((("assignment",), part) for part in (..., "", "a b", "a" * 65, 5, None)),
    *((("redo",), part) for part in NO_REDOS),
    *(((unknown,), 1) for unknown in ("extra", "owner", "Version")),
    (("span", "extra"), 1),
]


def _replaced(path: tuple[str, ...], part: object) -> dict[str, Any]:
    document = copy.deepcopy(PAYLOAD)
    parent = document
    for name in path[:-1]:
        parent = parent[name]
    if part is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = part
    return document


def test_the_bytes_of_version_1_stay() -> None:
    """A dispatcher of an earlier version reads what waits for it, and one in another language keeps reading it."""
    assert span_payload(TASK) == GOLDEN.read_bytes()
    assert read_span_task(json.loads(GOLDEN.read_bytes())) == TASK


@given(tasks)
def test_a_dispatcher_reads_what_the_parent_writes(task: SpanTask) -> None:
    """Every span of every plan fits the published schema, and comes back as it was."""
    document = json.loads(span_payload(task))
    SCHEMA.validate(document)
    assert read_span_task(document) == task
    assert named_span(document) == NamedSpan(task.sweep_id, task.span.number, task.assignment)


@pytest.mark.parametrize(("path", "part"), BROKEN)
def test_another_document_is_refused_with_its_place(path: tuple[str, ...], part: object) -> None:
    """The reader and the schema refuse the same documents, and the reader names where."""
    document = _replaced(path, part)
    assert not SCHEMA.is_valid(document)
    with pytest.raises(MalformedSweep) as refusal:
        read_span_task(document)
    assert refusal.value.problems[0].path in {"", path[0], ".".join(path), "span"}


@settings(max_examples=300)
@given(st.data())
def test_the_reader_and_the_schema_agree(data: st.DataObject) -> None:
    """For any value of any member: what the reader accepts is valid, and what is valid has at most odd blocks."""
    document: Any = copy.deepcopy(PAYLOAD)
    parent = data.draw(st.sampled_from([document, document["span"]]))
    parent[data.draw(st.sampled_from([*parent, "more"]))] = data.draw(anything)
    try:
        read_span_task(document)
    except MalformedSweep:
        assert not SCHEMA.is_valid(document) or _ends_a_line(document)
    except InvalidSweep:
        assert SCHEMA.is_valid(document)
    else:
        assert SCHEMA.is_valid(document)


def _ends_a_line(document: Any) -> bool:  # noqa: ANN401 - any document
    """Return whether a text ends with a line's end, before which a schema's `$` matches in Python."""
    return any(str(text).endswith("\n") for text in (document["sweep_id"], document["assignment"]))


@pytest.mark.parametrize(("first", "stop"), [(0, 0), (5, 4), (0, MOST_BLOCKS + 1)])
def test_a_span_has_some_blocks_and_not_too_many(first: int, stop: int) -> None:
    """A dispatcher reads all of them at once by their keys."""
    document = _replaced(("span",), {"number": 0, "first_block": first, "stop_block": stop})
    with pytest.raises(InvalidSweep, match="no block, or more than 100"):
        read_span_task(document)
    assert SPAN_BLOCKS <= MOST_BLOCKS


@pytest.mark.parametrize("document", [None, 5, [], "text", {}, {"sweep_id": "a"}])
def test_what_is_no_payload_names_no_span(document: object) -> None:
    """Neither as a payload nor as the record of one."""
    assert named_span(document) is None
    with pytest.raises(MalformedSweep):
        read_span_task(document)


def test_a_payload_is_small() -> None:
    """However large the sweep's request is, it does not travel: the ledger has it."""
    assert len(span_payload(TASK)) < 200
    assert SPAN_SHARDS == 4096
