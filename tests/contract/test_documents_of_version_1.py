"""Contracts 3 and 4: payloads and results fit the published schemas, and each version keeps its bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from adapters.documents.payload import read_payload
from adapters.documents.request import read_request
from application.bind_rows import bind_rows
from application.documents.compact_json import encode
from application.documents.payload import Payloads
from application.documents.request import request_digest, request_document
from application.documents.result_lines import pack, read_end
from application.execute_shard import evaluate
from application.meter import Meter
from application.ports.target_loader import Target
from domain.designs.design import Design
from domain.designs.replicated import Replicated
from domain.plan import Shard, ShardCount
from domain.request import SweepRequest
from domain.space.existence import optional_names
from domain.sweep import Sweep
from infra.write_schemas import SCHEMAS
from tests.fakes.forks import NoForks
from tests.fakes.point_tables import MemoryTables
from tests.fakes.spaces import designs
from tests.fakes.sweeps import make_sweep, partial_sweep, repeated_sweep, table_sweep

GOLDEN = Path(__file__).parent / "golden"
SWEEP = make_sweep()
FIRST = SWEEP.plan.shard(2)
RETRIED = replace(FIRST, generation=1)
# Of the shard's points some are skipped, some have no answer, and some are evaluated.
CONSTRAINED = replace(SWEEP, request=SWEEP.request.constrained("x > 4 and (y == 2 or y < 1)"))
# A sweep that takes values from an earlier one.
EXTENDING = replace(SWEEP, request=replace(SWEEP.request, extends="lab-000000000000"))
# A shard that begins and ends among the replicates of a point.
REPEATED = repeated_sweep()
PART = REPEATED.plan.shard(1)
# Two models, each with a parameter of its own.
PARTIAL = partial_sweep()
BOTH = PARTIAL.plan.shard(0)
# Rows of a file, crossed with a grid of two modes.
TABLES = MemoryTables()
TABLE = table_sweep(TABLES)
ROWS = TABLE.plan.shard(1)


VERSIONS = ("v1", "v2", "v3", "v3-table", "v3-where", "v3-extends")


def _validator(name: str) -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


PAYLOADS = {version: _validator(f"worker-payload-{version}") for version in (1, 2, 3)}
LINE = _validator("result-line")


def odd_target(**point: Any) -> object:  # noqa: ANN401 - any constants and scalars
    """Return a value with parts that are no JSON, or raise an error if the first part of the point is None."""
    first = next(iter(point.values()))
    if first is None:
        raise ValueError("no value")
    return {"of": [first, float("nan"), float("inf"), point], "none": None}


@settings(max_examples=40, deadline=None)
@given(designs(), st.data())
def test_payloads_and_results_fit_their_schemas(design: Design, data: st.DataObject) -> None:
    """Every payload, of either version, and every result line of any design is valid by its published schema."""
    sharding = ShardCount(data.draw(st.integers(1, design.size)))
    request = SweepRequest("toy", "toy:f", design, {"deep_one": [1, {"a b": None}]}, sharding)
    sweep = Sweep("toy-000000000001", "key", request_digest(request), request, 0.0)
    generation = data.draw(st.integers(0, 2))
    for shard in sweep.plan:
        document = json.loads(Payloads(sweep).of(replace(shard, generation=generation)))
        is_extended = isinstance(design, Replicated) or optional_names(design.parameters)
        PAYLOADS[3 if is_extended else 2 if generation else 1].validate(document)
        for line in evaluate(read_payload(document), odd_target, Meter(), NoForks()):
            LINE.validate(json.loads(line))


def _payload(shard: Shard, sweep: Sweep = SWEEP) -> bytes:
    return Payloads(sweep).of(shard)


def _results(payload: bytes, target: Target) -> bytes:
    task = bind_rows(read_payload(json.loads(payload)), TABLES)
    return pack(evaluate(task, target, Meter(), NoForks()))


def noisy_target(seed: int, replicate: int, **_: Any) -> object:  # noqa: ANN401 - any constants and scalars
    """Return the seed and the number that replicates are given."""
    return [seed, replicate]


def golden_files() -> dict[str, bytes]:
    """Return the files by name, as the code writes them now."""
    return {
        "v1/request.json": encode(request_document(SWEEP.request)).encode(),
        "v1/payload.json": _payload(FIRST),
        "v1/result.jsonl.gz": _results(_payload(FIRST), odd_target),
        "v2/payload.json": _payload(RETRIED),
        "v3/request.json": encode(request_document(REPEATED.request)).encode(),
        "v3/payload.json": _payload(PART, REPEATED),
        "v3/result.jsonl.gz": _results(_payload(PART, REPEATED), noisy_target),
        "v3/partial-request.json": encode(request_document(PARTIAL.request)).encode(),
        "v3/partial-payload.json": _payload(BOTH, PARTIAL),
        "v3/partial-result.jsonl.gz": _results(_payload(BOTH, PARTIAL), odd_target),
        "v3-table/request.json": encode(request_document(TABLE.request)).encode(),
        "v3-table/payload.json": _payload(ROWS, TABLE),
        "v3-table/result.jsonl.gz": _results(_payload(ROWS, TABLE), odd_target),
        "v3-table/chunk.jsonl.gz": next(iter(TABLES.chunks.values())),
        "v3-where/request.json": encode(request_document(CONSTRAINED.request)).encode(),
        "v3-where/payload.json": _payload(FIRST, CONSTRAINED),
        "v3-where/result.jsonl.gz": _results(_payload(FIRST, CONSTRAINED), odd_target),
        "v3-extends/request.json": encode(request_document(EXTENDING.request)).encode(),
        "v3-extends/payload.json": _payload(FIRST, EXTENDING),
        # A worker that has never heard of extensions makes the same results.
        "v3-extends/result.jsonl.gz": _results(_payload(FIRST, EXTENDING), odd_target),
    }


def test_the_bytes_of_each_version_stay() -> None:
    """The same sweep leads to the same bytes as ever; a different byte needs a new version."""
    kept = [path for version in VERSIONS for path in (GOLDEN / version).iterdir()]
    assert {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in kept} == golden_files()


def test_the_files_of_each_version_stay_readable() -> None:
    """The code reads requests, queued payloads and stored results of version 1, and payloads of later versions."""
    partial = json.loads((GOLDEN / "v3" / "partial-payload.json").read_bytes())
    assert read_request(json.loads((GOLDEN / "v3" / "partial-request.json").read_bytes())) == PARTIAL.request
    assert (read_payload(partial).design, read_payload(partial).shard) == (PARTIAL.request.design, BOTH)
    sweeps = {"v1": SWEEP, "v3": REPEATED, "v3-table": TABLE, "v3-where": CONSTRAINED, "v3-extends": EXTENDING}
    for version, sweep in sweeps.items():
        assert read_request(json.loads((GOLDEN / version / "request.json").read_bytes())) == sweep.request
    shards = {"v1": FIRST, "v2": RETRIED, "v3": PART, "v3-table": ROWS, "v3-where": FIRST, "v3-extends": FIRST}
    for version, shard in shards.items():
        task = read_payload(json.loads((GOLDEN / version / "payload.json").read_bytes()))
        assert (task.sweep_id, task.shard) == (SWEEP.id, shard)
    body = (GOLDEN / "v1" / "result.jsonl.gz").read_bytes()
    end = read_end(FIRST, body)
    assert end is not None
    assert end.values + end.errors == FIRST.size == len(gzip.decompress(body).splitlines())


def test_an_extension_has_the_results_of_a_sweep_from_nothing() -> None:
    """Its payload alone names the earlier sweep, so that a worker which passes over the name is right as well."""
    assert (GOLDEN / "v3-extends" / "result.jsonl.gz").read_bytes() == (GOLDEN / "v1" / "result.jsonl.gz").read_bytes()
    payload = json.loads((GOLDEN / "v3-extends" / "payload.json").read_bytes())
    assert read_payload(payload).extends == EXTENDING.request.extends
    first = json.loads((GOLDEN / "v1" / "payload.json").read_bytes())
    assert (payload["space"], request_digest(EXTENDING.request)) == (first["space"], SWEEP.digest)


def test_a_shard_with_a_condition_has_lines_of_every_sort() -> None:
    """Values, skipped points, and errors where the condition has no answer, in this order of the stored bytes."""
    end = read_end(FIRST, (GOLDEN / "v3-where" / "result.jsonl.gz").read_bytes())
    assert end is not None
    assert (end.values, end.errors, end.skipped) == (3, 3, 6)


def test_a_chunk_is_what_its_digest_says() -> None:
    """The digest is the SHA-256 of the names and of the lines in the chunks, which any gzip and JSON library reads."""
    lines = gzip.decompress((GOLDEN / "v3-table" / "chunk.jsonl.gz").read_bytes())
    design = json.loads((GOLDEN / "v3-table" / "request.json").read_bytes())["design"]
    assert hashlib.sha256(encode([*design["columns"]]).encode() + b"\n" + lines).hexdigest() == design["table"]
    assert len(lines.splitlines()) == design["rows"]
