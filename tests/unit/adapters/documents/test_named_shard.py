"""The shard that a document names, whatever else is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from adapters.documents.named_shard import NamedShard, named_shard
from application.documents.payload import Payloads
from tests.fakes.documents import anything
from tests.fakes.sweeps import make_sweep

_SWEEP = make_sweep()
_PAYLOAD: dict[str, Any] = json.loads(Payloads(_SWEEP).of(_SWEEP.plan.shard(2)))
_RETRIED: dict[str, Any] = json.loads(Payloads(_SWEEP).of(replace(_SWEEP.plan.shard(2), generation=3)))
_NO_NUMBERS: list[object] = [-1, True, "1", 1.0, None, [], 10**9, 10**40]


@pytest.mark.parametrize(
    ("document", "shard"),
    [
        pytest.param(_PAYLOAD, NamedShard(_SWEEP.id, 2, 0), id="payload of version 1"),
        pytest.param(_RETRIED, NamedShard(_SWEEP.id, 2, 3), id="payload of version 2"),
        pytest.param({"sweep_id": "a", "shard": {"number": 5}}, NamedShard("a", 5, 0), id="nothing more"),
        pytest.param(
            {"version": 9, "sweep_id": "a", "shard": {"number": 0, "generation": 7}, "more": [1]},
            NamedShard("a", 0, 7),
            id="a payload of a later version",
        ),
        *(
            pytest.param(
                {"sweep_id": "a", "shard": {"number": 0, "generation": generation}},
                NamedShard("a", 0, 0),
                id=f"generation {generation!r}",
            )
            for generation in (-1, True, "1", 1.5, None, 10**9)
        ),
        *(
            pytest.param({"sweep_id": "a", "shard": {"number": number}}, None, id=f"number {number!r}")
            for number in _NO_NUMBERS
        ),
        *(
            pytest.param({"sweep_id": sweep_id, "shard": {"number": 0}}, None, id=f"id {sweep_id!r:.20}")
            for sweep_id in ("", "../a", "a\n", "\ud800", "a" * 78, 5, None)
        ),
        pytest.param({"shard": {"number": 0}}, None, id="no id"),
        pytest.param({"sweep_id": "a", "shard": [0]}, None, id="a list as shard"),
        pytest.param([], None, id="a list"),
        pytest.param(None, None, id="null"),
    ],
)
def test_a_document_that_is_no_payload_may_name_a_shard(document: object, shard: NamedShard | None) -> None:
    """The id has the form of a sweep's id and the number that of a shard's; a generation that makes no sense is 0."""
    assert named_shard(document) == shard


@given(anything)
def test_any_document_may_be_asked_for_its_shard(document: object) -> None:
    """For any document there is a shard or none, and no error."""
    for asked in (document, {"sweep_id": "a", "shard": document}, {"sweep_id": "a", "shard": {"number": document}}):
        named = named_shard(asked)
        assert named is None or 0 <= named.number < 10**9
