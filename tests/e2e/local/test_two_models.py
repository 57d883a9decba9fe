"""A sweep over two models as a user types it: each model has its own parameters, and no point that it does not need."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.e2e.local.laboratory import Laboratory

_TARGET = """
def fit(kind, C=None, depth=None, **others):
    own = C if kind == "svm" else depth
    return {"given": [C, depth], "others": list(others), "score": own / 2}

def needy(kind, C, depth=None, run=0):
    return C
"""
_FILE = """
name: models
target: models:fit
parameters:
  kind: [svm, tree]
  C: {values: [0.5, 1, 10], when: {kind: svm}}
  depth: {range: {start: 2, stop: 6, step: 2}, when: {kind: [tree]}}
  run: [1, 2]
"""


def test_a_sweep_over_two_models_has_no_dummy_points(tmp_path: Path) -> None:
    """Each call has the parameters that exist; lines, table, lookup and audit know which these are."""
    lab = Laboratory(tmp_path)
    (lab.folder / "models.py").write_text(_TARGET)
    (lab.folder / "models.yaml").write_text(_FILE)
    refused = lab.run("run", "models.yaml", "--target", "models:needy")
    assert "the argument 'C' needs a default, as it exists only at some points" in refused.stderr
    ended = lab.run("run", "models.yaml", "--shards", "3", "--workers", "1")
    assert ended.returncode == 0, ended.stderr
    lines = b"".join(gzip.decompress(body) for _, body in sorted(lab.results().items())).splitlines()
    found = [json.loads(line) for line in lines]
    assert [tuple(line["point"].values()) for line in found] == [
        (kind, own, run)
        for kind, levels in (("svm", (0.5, 1, 10)), ("tree", (2, 4)))
        for own in levels
        for run in (1, 2)
    ]
    assert [line["value"]["given"] for line in found[5:7]] == [[10, None], [None, 2]]
    assert all(line["value"]["others"] == ["run"] for line in found)
    assert "10 of 10 points" in lab.run("verify", "latest", "--sample", "10").stdout
    table = lab.run("results", "latest", "--format", "csv").stdout.splitlines()
    assert table[0].startswith("index,kind,C,depth,run,")
    assert table[7].startswith("6,tree,,2,1,")
    _, plan = lab.run_json("plan", "models.yaml", "-p", "C=1,2", "-p", "depth=range:2:8:2")
    assert plan["size"] == 10
    _, point = lab.run_json("point", "latest", "--where", "depth=4,run=2")
    assert (point["index"], list(point["keywords"])) == (9, ["kind", "depth", "run"])
