"""Contracts 3 and 4: payloads and results fit the published schemas and have the bytes of version 1."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.payload import read_payload
from adapters.documents.request import read_request
from application.documents.compact_json import encode
from application.documents.payload import Payloads
from application.documents.request import request_digest, request_document
from application.documents.result_lines import pack, read_end
from application.execute_shard import Meter, evaluate
from domain.designs.design import Design
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.sweep import Sweep
from infra.write_schemas import SCHEMAS
from tests.fakes.spaces import grids, point_lists
from tests.fakes.sweeps import make_sweep

GOLDEN = Path(__file__).parent / "golden" / "v1"
SWEEP = make_sweep()


def _validator(name: str) -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


PAYLOAD = _validator("worker-payload-1")
LINE = _validator("result-line")


def odd_target(**point: Any) -> object:  # noqa: ANN401 - any constants and scalars
    """Return a value with parts that are no JSON, or raise an error if the first part of the point is None."""
    first = next(iter(point.values()))
    if first is None:
        raise ValueError("no value")
    return {"of": [first, float("nan"), float("inf"), point], "none": None}


@settings(max_examples=40, deadline=None)
@given(grids() | point_lists(), st.data())
def test_payloads_and_results_fit_their_schemas(design: Design, data: st.DataObject) -> None:
    """Every payload and every result line of any design is valid by its published schema."""
    sharding = ShardCount(data.draw(st.integers(1, design.size)))
    request = SweepRequest("toy", "toy:f", design, {"deep_one": [1, {"a b": None}]}, sharding)
    sweep = Sweep("toy-000000000001", "key", request_digest(request), request, 0.0)
    for shard in sweep.plan:
        document = json.loads(Payloads(sweep).of(shard))
        PAYLOAD.validate(document)
        for line in evaluate(read_payload(document), odd_target, Meter()):
            LINE.validate(json.loads(line))


def golden_files() -> dict[str, bytes]:
    """Return the files by name, as the code writes them now."""
    payload = Payloads(SWEEP).of(SWEEP.plan.shard(2))
    lines = evaluate(read_payload(json.loads(payload)), odd_target, Meter())
    request = encode(request_document(SWEEP.request)).encode()
    return {"request.json": request, "payload.json": payload, "result.jsonl.gz": pack(lines)}


def test_bytes_of_version_1_stay() -> None:
    """The same sweep leads to the same bytes as ever; a different byte needs a new version."""
    assert {path.name: path.read_bytes() for path in GOLDEN.iterdir()} == golden_files()


def test_files_of_version_1_stay_readable() -> None:
    """The code reads requests, queued payloads and stored results of version 1."""
    assert read_request(json.loads((GOLDEN / "request.json").read_bytes())) == SWEEP.request
    task = read_payload(json.loads((GOLDEN / "payload.json").read_bytes()))
    assert (task.sweep_id, task.shard) == (SWEEP.id, SWEEP.plan.shard(2))
    body = (GOLDEN / "result.jsonl.gz").read_bytes()
    end = read_end(2, body)
    assert end.values + end.errors == task.shard.size == len(gzip.decompress(body).splitlines())
