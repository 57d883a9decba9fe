"""Replicates as a user types them: the same numbers however the sweep is cut, by hand as well, and with more points."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.e2e.local.laboratory import Laboratory

_TARGET = """
import random

def simulate(x, y, scale, seed, replicate):
    return {"noise": scale * random.Random(seed).gauss(x, y), "replicate": replicate}

def plain(x, y, scale):
    return scale * (x + y)
"""
_FILE = """
name: noise
target: noise:simulate
parameters: {x: [1, 2.5, 3], y: {linspace: {start: 0.5, stop: 1, num: 2}}}
constants: {scale: 2}
replicates: {count: 4, seed: 7}
"""


def _laboratory(folder: Path) -> Laboratory:
    lab = Laboratory(folder)
    (lab.folder / "noise.py").write_text(_TARGET)
    (lab.folder / "noise.yaml").write_text(_FILE)
    return lab


def _lines(lab: Laboratory, *options: str) -> list[bytes]:
    """Return the lines of a new run in the order of their points."""
    ended = lab.run("run", "noise.yaml", "--workers", "1", *options)
    assert ended.returncode == 0, ended.stderr
    return b"".join(gzip.decompress(body) for _, body in sorted(lab.results().items())).splitlines()


def test_replicates_are_the_same_however_the_sweep_is_cut(tmp_path: Path) -> None:
    """Byte for byte, in one shard and in seven, whose borders cut through points; a larger sweep has them too."""
    lab = _laboratory(tmp_path / "one")
    whole = _lines(lab, "--shards", "1")
    assert _lines(_laboratory(tmp_path / "seven"), "--shards", "7") == whole
    found = [json.loads(line) for line in whole]
    assert len({line["value"]["noise"] for line in found}) == len(found) == 24
    assert [line["value"]["replicate"] for line in found] == [line["point"]["replicate"] for line in found]
    larger = _lines(_laboratory(tmp_path / "larger"), "-p", "x=0,1,2.5,3,4", "--replicates", "6")
    by_point = {json.dumps(line["point"]): line["value"] for line in map(json.loads, larger)}
    assert len(by_point) == 60
    assert all(by_point[json.dumps(line["point"])] == line["value"] for line in found)
    _, point = lab.run_json("point", "latest", "--where", "x=2.5,y=1,replicate=3")
    assert point["value"] == found[point["index"]]["value"]
    assert "24 of 24 points" in lab.run("verify", "latest", "--sample", "24").stdout


def test_a_target_may_leave_out_what_it_is_offered(tmp_path: Path) -> None:
    """It is called without; the plan counts the replicates."""
    lab = _laboratory(tmp_path)
    _, plan = lab.run_json("plan", "noise.yaml", "--target", "noise:plain")
    assert (plan["size"], plan["last_point"]) == (24, {"x": 3, "y": 1.0, "replicate": 3})
    lines = _lines(lab, "--target", "noise:plain")
    assert [json.loads(line)["value"] for line in lines[:8]] == [3.0] * 4 + [4.0] * 4
