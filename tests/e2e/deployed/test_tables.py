"""A file of points through the client on the deployed stack: uploaded once, read by the workers, with local results."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.deployed.cloud import Cloud
from tests.e2e.deployed.stacks import ROOT, TRIAL, run
from tests.fakes.typed import typed

SWEEP = str(Path(sys.executable).with_name("sweep"))
ROWS = 5_000
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def home(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type `sweep use` in the clone with an empty home, and move to another folder."""
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    for name in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SWEEP_OUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(ROOT)
    assert typed("use", cloud.name).code == 0
    monkeypatch.chdir(tmp_path)


def chunks(cloud: Cloud) -> dict[str, object]:
    """Return when each chunk in the bucket was stored, by its key."""
    where = {"Bucket": cloud.outputs["ResultsBucket"], "Prefix": "tables/"}
    found = cloud.client("s3").list_objects_v2(**where).get("Contents", [])
    return {one["Key"]: one["LastModified"] for one in found}


def submitted(*words: str) -> str:
    """Submit the sweep of the file, wait for its end, and return its id."""
    done = typed("submit", "lab.yaml", *words, "--wait", "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert (document["state"], document["done"]) == ("done", ROWS)
    return str(document["sweep_id"])


def test_a_file_of_points_has_the_results_of_a_local_run(cloud: Cloud, tmp_path: Path) -> None:
    """Byte for byte; a second sweep of the same points uploads nothing, and no link changes what is stored."""
    rows = "".join(f"{number / 7},{number % 13}\n" for number in range(ROWS))
    (tmp_path / "points.csv").write_text(f"x,y\n{rows}", encoding="utf-8")
    request = {"name": "lab", "target": f"{TRIAL}:area", "design": {"kind": "points", "file": "points.csv"}}
    (tmp_path / "lab.yaml").write_text(json.dumps({**request, "sharding": {"shards": 3}}), encoding="utf-8")
    refused = cloud.call("POST", f"/tables/{'0' * 64}", b'{"chunks": 0}', HEADERS)
    assert (refused.status, refused.problem["status"]) == (400, 400)

    before = chunks(cloud)
    first = submitted()
    stored = chunks(cloud)
    new = sorted(stored.keys() - before.keys())
    assert [key.rpartition("/")[2] for key in new] == ["000000.jsonl.gz", "000001.jsonl.gz"]
    printed = run(SWEEP, "run", str(tmp_path / "lab.yaml"), "--out", str(tmp_path / "out"), "--json")
    local = Path(json.loads(printed.splitlines()[-1])["results"])
    assert cloud.objects(first) == {path.name: path.read_bytes() for path in local.iterdir()}

    second = submitted("--name", "again")
    assert chunks(cloud) == stored
    # The points of the results are compared with the rows, which come by the API's links.
    (tmp_path / "points.csv").unlink()
    verified = typed("verify", second)
    assert verified.code == 0, verified.err
    kept = (path for path in (tmp_path / "home").rglob("*.jsonl.gz") if ".tables" in path.parts)
    assert sorted(path.name for path in kept) == ["00000000.jsonl.gz", "00000001.jsonl.gz"]
    digest = new[0].split("/")[1]
    page = cloud.call("GET", f"/tables/{digest}")
    assert [one["chunk"] for one in page.document["chunks"]] == [0, 1]
    assert cloud.fetch(page.document["chunks"][1]["url"]).status == 200
    absent = cloud.submit(
        {
            **request,
            "design": {"kind": "table", "table": "0" * 64, "columns": {"x": ["number"], "y": ["number"]}, "rows": 1},
        }
    )
    assert (absent.status, absent.problem["errors"][0]["path"]) == (422, "design.table")
    assert cloud.call("POST", f"/tables/{digest}", b'{"chunks": 2}', HEADERS).document["uploads"] == []
