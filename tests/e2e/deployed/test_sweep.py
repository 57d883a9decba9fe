"""A sweep on the deployed stack stores the same bytes as `sweep run` on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import TRIAL, run

SWEEP = str(Path(sys.executable).with_name("sweep"))
REQUEST: dict[str, Any] = {
    "name": "bytes",
    "target": f"{TRIAL}:area",
    "parameters": {
        "x": {"geomspace": {"start": 0.001, "stop": 10, "num": 7}},
        "y": {"linspace": {"start": -1, "stop": 1, "num": 11}},
    },
    "sharding": {"shards": 6},
}


def local_objects(request: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """Run a request with `sweep run`, and return the content of its result objects by name."""
    file = folder / "sweep.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    printed = run(SWEEP, "run", str(file), "--out", str(folder / "out"), "--json")
    results = Path(json.loads(printed.splitlines()[-1])["results"])
    return {path.name: path.read_bytes() for path in results.iterdir()}


def test_a_valid_sweep_is_accepted_run_and_stored_as_locally(cloud: Cloud, tmp_path: Path) -> None:
    """The parent dispatches every shard, a worker runs each, and the objects equal those of `sweep run`."""
    answer = cloud.submit(REQUEST)
    assert answer.status == 202, answer.body
    assert (answer.document["size"], answer.document["shards"]) == (77, 6)
    assert answer.document["dispatch"] | {"accepted": 6} == answer.document["dispatch"]
    status = cloud.ended(answer.document["sweep_id"])
    assert (status["state"], status["done"], status["failed"], status["shards_done"]) == ("done", 77, 0, 6)
    ran = cloud.log_lines("worker", "shard started", sweep_id=answer.document["sweep_id"])
    assert sorted(line["shard"] for line in ran) == list(range(6))
    assert cloud.objects(answer.document["sweep_id"]) == local_objects(REQUEST, tmp_path)


def test_a_design_of_points_is_stored_as_locally(cloud: Cloud, tmp_path: Path) -> None:
    """Listed points with extreme numbers lead to the same objects as with `sweep run`."""
    points = [{"x": x, "y": y} for x in (0.1, 1e-300, 3, 2**53 - 1) for y in (-0.0, 5e-324, 1.7976931348623157e308)]
    design = {"kind": "points", "points": points}
    request = {"name": "listed", "target": f"{TRIAL}:area", "design": design, "sharding": {"shards": 3}}
    answer = cloud.submit(request)
    assert answer.status == 202, answer.body
    status = cloud.ended(answer.document["sweep_id"])
    assert (status["state"], status["done"]) == ("done", len(points))
    assert cloud.objects(answer.document["sweep_id"]) == local_objects(request, tmp_path)
